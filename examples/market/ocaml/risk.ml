(* The risk service of the market pipeline: the market and signals in, verdicts out. *)

open Mycelium
open Market_risk

let name = "risk"
let look_every_s = 0.2

type options = { topology : string; reports : string; supervised : bool }

let parse_options () =
  let topology = ref "" and reports = ref "" and supervised = ref false in
  let spec =
    [
      ("--topology", Arg.Set_string topology, "FILE  topology that names the nodes");
      ("--reports", Arg.Set_string reports, "FOLDER  where to leave the report");
      ("--supervised", Arg.Set supervised, "  end when standard input does");
    ]
  in
  let usage = "risk --topology FILE --reports FOLDER [--supervised]" in
  let refuse what = raise (Arg.Bad what) in
  Arg.parse spec (fun extra -> refuse (Printf.sprintf "unexpected argument '%s'" extra)) usage;
  if !topology = "" || !reports = "" then (
    Arg.usage spec usage;
    exit 2);
  { topology = !topology; reports = !reports; supervised = !supervised }

let say_progress service =
  let messages, lost = Service.progress service in
  Printf.printf "progress %s %d %d\n%!" name messages lost

(* Until all publishers have closed. *)
let rec receive service frames lifeline ~looked =
  let now = Unix.gettimeofday () in
  let is_due = now -. looked > look_every_s in
  if is_due then (
    Lifeline.check lifeline;
    say_progress service);
  let continue () = receive service frames lifeline ~looked:(if is_due then now else looked) in
  match Frames.recv_timeout frames ~timeout:look_every_s with
  | `Message frame ->
      Service.take service frame;
      continue ()
  | `Empty -> continue ()
  | `Fault (Fault.Lost { topic; count }) ->
      Service.note_lost service ~topic count;
      continue ()
  | `Fault fault -> Error (Fault.to_string fault)
  | `Ended ->
      (* The market may have closed because somebody else vanished. *)
      Lifeline.check lifeline;
      Ok (say_progress service)

let serve options bus =
  match Publisher.create bus (module Market.Verdict) with
  | Error why -> Error why
  | Ok verdicts ->
      let service = Service.create verdicts in
      let frames = Frames.of_messages bus Service.messages in
      let lifeline = Lifeline.create ~supervised:options.supervised in
      Result.map
        (fun () -> Service.write_report service ~folder:options.reports)
        (receive service frames lifeline ~looked:0.)

let run options =
  match Bus.from_topology ~path:options.topology ~service:name with
  | Error why -> Error why
  | Ok bus -> (
      try Bus.with_bus bus (serve options) with
      | Lifeline.Stopped reason -> Error ("ended early: " ^ reason)
      | Failure why | Sys_error why -> Error why
      | Mycelium_wire.Error.Error error -> Error (Mycelium_wire.Error.to_string error))

let () =
  match run (parse_options ()) with
  | Ok () -> ()
  | Error why ->
      Printf.eprintf "%s: %s\n%!" name why;
      exit 1
