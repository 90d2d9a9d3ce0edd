open Mycelium_bus

type ending = { escalated : Health.escalation option; close : unit -> unit }

type t = {
  path : string;
  lock : Mutex.t;
  changed : Condition.t;
  mutable records : record list;  (* The last one started comes first. *)
  mutable former : (string * charge) list;  (* Of lives before a restart: their counts go on. *)
  escalations : Health.escalation Queue.t;
  mutable escalation : Health.escalation option;  (* The first of a supervisor. *)
  mutable shutdown : float option;  (* When a shutdown is to be over. *)
  mutable holds : bool;  (* They are stopped so that they can be started again. *)
  mutable is_stopping : bool;
  mutable is_over : bool;  (* The thread that looks after a group has ended. *)
}

and charge =
  | Actor of { health : Health.t; drain : unit -> unit; abort : unit -> unit }
  | Group of t

and record = {
  name : string;
  charge : charge;
  mutable has_ended : bool;
  mutable held : (unit -> unit) list;
}

(* How long a child that did not end in order has to end at once. *)
let grace = 0.2

(* How often a wait that has an end looks: conditions know no deadline. *)
let look_again = 0.001

let create path =
  {
    path;
    lock = Mutex.create ();
    changed = Condition.create ();
    records = [];
    former = [];
    escalations = Queue.create ();
    escalation = None;
    shutdown = None;
    holds = false;
    is_stopping = false;
    is_over = false;
  }

let path t = t.path
let path_of t name = if t.path = "" then name else t.path ^ "/" ^ name
let locked t f = Sync.locked t.lock f

(* Changes the table, and tells all who wait. *)
let change t f =
  locked t (fun () ->
      let result = f () in
      Condition.broadcast t.changed;
      result)

let go_on_from charge former =
  match (charge, former) with
  | Actor { health; _ }, Actor { health = former; _ } -> Health.go_on_from health former
  | Group t, Group former ->
      t.former <-
        locked former (fun () ->
            List.map (fun record -> (record.name, record.charge)) former.records @ former.former)
  | Actor _, Group _ | Group _, Actor _ -> ()

let add t name charge =
  locked t (fun () ->
      if t.is_stopping then Error (Printf.sprintf "actor `%s`: the supervisor stops" name)
      else if List.exists (fun record -> record.name = name) t.records then
        Error (Printf.sprintf "actor `%s`: another one has the name; give each its own" name)
      else (
        Option.iter (go_on_from charge) (List.assoc_opt name t.former);
        let record = { name; charge; has_ended = false; held = [] } in
        t.records <- record :: t.records;
        Ok record))

let remove t record =
  change t (fun () ->
      (* A shutdown may wait for it already. *)
      record.has_ended <- true;
      t.records <- List.filter (fun other -> other != record) t.records)

let take_end t record { escalated; close } =
  let is_held =
    change t (fun () ->
        record.has_ended <- true;
        Option.iter (fun escalation -> Queue.push escalation t.escalations) escalated;
        let may_come_again = t.holds || escalated <> None in
        let is_held = may_come_again && (not t.is_over) && t.path <> "" in
        if is_held then record.held <- [ close ];
        is_held)
  in
  if not is_held then close ()

let run t record life =
  match Thread.create (fun () -> take_end t record (life ())) () with
  | _ -> Ok ()
  | exception exn ->
      let why = Option.value (Refusal.of_exn exn) ~default:(Printexc.to_string exn) in
      Error (Printf.sprintf "actor `%s`: there is no thread for it: %s" record.name why)

let have_ended t = List.for_all (fun record -> record.has_ended) t.records

let rec next_locked t =
  if t.shutdown <> None then None
  else
    match Queue.take_opt t.escalations with
    | Some escalation -> Some escalation
    | None when have_ended t -> None
    | None ->
        Condition.wait t.changed t.lock;
        next_locked t

let next_escalation t = locked t (fun () -> next_locked t)
let escalate t escalation = change t (fun () -> Queue.push escalation t.escalations)

let rec rest_until t at =
  if locked t (fun () -> t.shutdown <> None) then false
  else
    let left = at -. Clock.monotonic () in
    left <= 0.
    || (
      Thread.delay (Float.min left look_again);
      rest_until t at)

let take_held t =
  let take record =
    let held = record.held in
    record.held <- [];
    held
  in
  List.concat_map take t.records

let reopen t =
  locked t (fun () ->
      let held = take_held t in
      let last = List.map (fun record -> (record.name, record.charge)) t.records in
      t.former <- last @ List.filter (fun (name, _) -> not (List.mem_assoc name last)) t.former;
      t.records <- [];
      Queue.clear t.escalations;
      t.is_stopping <- t.shutdown <> None;
      t.holds <- t.holds && t.is_stopping;
      held)

let rec wait_for t record ~until =
  locked t (fun () -> record.has_ended)
  || Clock.monotonic () < until
     && (
       Thread.delay look_again;
       wait_for t record ~until)

let stop_one charge ~until ~holds =
  match charge with
  | Actor { drain; _ } -> drain ()
  | Group group ->
      change group (fun () ->
          if group.shutdown = None then group.shutdown <- Some until;
          group.holds <- holds)

let rec abort = function
  | Actor { abort; _ } -> abort ()
  | Group group ->
      List.iter (fun record -> abort record.charge) (locked group (fun () -> group.records))

(* The names of what has not ended below a record: of actors, or of a group that has none and is busy itself. *)
let rec left_in t record =
  match record.charge with
  | Actor _ -> if record.has_ended then [] else [ path_of t record.name ]
  | Group group -> (
      match List.concat_map (left_in group) (locked group (fun () -> group.records)) with
      | [] when not record.has_ended -> [ group.path ]
      | names -> names)

let stop_all t ~until =
  let records =
    locked t (fun () ->
        t.is_stopping <- true;
        t.records)
  in
  let stop record =
    stop_one record.charge ~until ~holds:(locked t (fun () -> t.holds));
    if not (wait_for t record ~until) then (
      abort record.charge;
      ignore (wait_for t record ~until:(Clock.monotonic () +. grace)));
    left_in t record
  in
  List.concat_map stop records

let stop_children t ~until =
  locked t (fun () -> t.holds <- false);
  stop_all t ~until

let pause_children t ~until =
  (* A shutdown that has begun says itself whether they come again. *)
  locked t (fun () -> t.holds <- t.holds || t.shutdown = None);
  stop_all t ~until

let close t =
  let until = locked t (fun () -> t.shutdown) in
  (* Whoever stops the group asks for their names. *)
  ignore (stop_all t ~until:(Option.value until ~default:(Clock.monotonic ())));
  change t (fun () ->
      t.is_over <- true;
      take_held t)

let rec wait_locked t =
  (* Kept where it is taken, under one lock: others that wait learn of the same failure. *)
  if t.escalation = None then t.escalation <- Queue.take_opt t.escalations;
  if t.escalation <> None || have_ended t then t.escalation
  else (
    Condition.wait t.changed t.lock;
    wait_locked t)

let wait_for_escalation t = locked t (fun () -> wait_locked t)

let rec stats t =
  let of_charge = function
    | Actor { health; _ } -> [ Health.snapshot health ]
    | Group group -> stats group
  in
  List.concat_map (fun record -> of_charge record.charge) (List.rev (locked t (fun () -> t.records)))
