type failure = Raised of exn | Failed of string

let failure_to_string = function
  | Raised exn -> "raised " ^ Printexc.to_string exn
  | Failed reason -> "failed: " ^ reason

type escalation = { by : string; failure : failure }

let escalation_to_string { by; failure } =
  Printf.sprintf "actor `%s` failed more often than its policy allows; at last it %s" by
    (failure_to_string failure)

type state = Starting | Running | Resting | Stopping | Stopped | Broken

let state_to_string = function
  | Starting -> "starting"
  | Running -> "running"
  | Resting -> "resting"
  | Stopping -> "stopping"
  | Stopped -> "stopped"
  | Broken -> "failed"

type t = {
  actor : string;
  mutable state : state;
  mutable received : int;
  mutable published : int;
  mutable timers : int;
  mutable faults : int;
  mutable failures : int;
  mutable restarts : int;
  mutable last_failure : failure option;
}

let make actor =
  {
    actor;
    state = Starting;
    received = 0;
    published = 0;
    timers = 0;
    faults = 0;
    failures = 0;
    restarts = 0;
    last_failure = None;
  }

let snapshot t = { t with actor = t.actor }

let go_on_from t former =
  t.received <- former.received;
  t.published <- former.published;
  t.timers <- former.timers;
  t.faults <- former.faults;
  t.failures <- former.failures;
  t.restarts <- former.restarts + 1;
  t.last_failure <- former.last_failure

let find name = List.find_opt (fun t -> t.actor = name)

let pp ppf actors =
  let width = List.fold_left (fun width t -> max width (String.length t.actor)) 5 actors in
  Format.fprintf ppf "%-*s  %-9s %10s %10s %10s %10s %10s %10s@." width "actor" "state" "received"
    "published" "timers" "faults" "failures" "restarts";
  let line t =
    Format.fprintf ppf "%-*s  %-9s %10d %10d %10d %10d %10d %10d@." width t.actor
      (state_to_string t.state) t.received t.published t.timers t.faults t.failures t.restarts;
    Option.iter
      (fun failure -> Format.fprintf ppf "  %s@." (failure_to_string failure))
      t.last_failure
  in
  List.iter line actors
