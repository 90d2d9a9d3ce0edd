open Mycelium_bus

(* How long children have to end in order, where nobody says how long. *)
let patience = 5.
let soon () = Clock.monotonic () +. patience

(* Where no caller asked for their names. *)
let report_stuck names =
  let report name =
    let text = Printf.sprintf "it did not stop within %g s, and is left alone" patience in
    Handler.guarded (fun () -> Handler.report ("actor " ^ name) text)
  in
  List.iter report names

let failure_of start children =
  match start children with
  | Ok () -> None
  | Error why -> Some (Health.Failed ("cannot be started again: " ^ why))
  | exception exn -> Some (Health.Raised exn)

let did_not_stop children stuck ({ by; failure } : Health.escalation) : Health.escalation =
  let reason =
    Printf.sprintf "cannot be started again: `%s` did not stop when `%s` %s"
      (String.concat "`, `" stuck) by
      (Health.failure_to_string failure)
  in
  { by = Children.path children; failure = Failed reason }

(* The thread of a group: restarts it until it may not, is told to stop, or has nothing left to do. With its end it
   gives what is held for the group above, which may start it again. *)
let look_after children policy start : Children.ending =
  let restarts = Restarts.create policy in
  let rec go held =
    match Children.next_escalation children with
    | None -> (None, held)
    | Some escalation -> (
        match Children.pause_children children ~until:(soon ()) with
        (* A second copy must not run beside one that is still busy. *)
        | _ :: _ as stuck -> (Some (did_not_stop children stuck escalation), held)
        | [] -> (
            match Restarts.next restarts ~now:(Clock.monotonic ()) with
            | None -> (Some escalation, held)
            | Some at when not (Children.rest_until children at) -> (None, held)
            | Some _ -> again held))
  and again held =
    let held = Children.reopen children @ held in
    match failure_of start children with
    | Some failure ->
        Children.escalate children { by = Children.path children; failure };
        go held
    | None ->
        (* Those that have just been started publish there now. *)
        List.iter (fun close -> close ()) held;
        go []
  in
  let escalated, held =
    match go [] with
    | found -> found
    | exception exn ->
        (Some { Health.by = Children.path children; failure = Raised exn }, [])
  in
  let held = Children.close children @ held in
  { escalated; close = (fun () -> List.iter (fun close -> close ()) held) }

let group above name policy start =
  let children = Children.create (Children.path_of above name) in
  match Children.add above name (Group children) with
  | Error _ as refused -> refused
  | Ok record -> (
      let give_up () =
        report_stuck (Children.stop_children children ~until:(soon ()));
        List.iter (fun close -> close ()) (Children.close children);
        Children.remove above record
      in
      match start children with
      | exception exn ->
          let trace = Printexc.get_raw_backtrace () in
          give_up ();
          Printexc.raise_with_backtrace exn trace
      | Error _ as refused ->
          give_up ();
          refused
      | Ok () ->
          let started = Children.run above record (fun () -> look_after children policy start) in
          if Result.is_error started then give_up ();
          started)

let join children =
  match Children.wait_for_escalation children with
  | None -> Ok ()
  | Some escalation ->
      report_stuck (Children.stop_children children ~until:(soon ()));
      Error escalation

let shutdown children ~timeout =
  match Children.stop_children children ~until:(Clock.monotonic () +. timeout) with
  | [] -> Ok ()
  | stuck -> Error stuck
