let report what text = Printf.eprintf "mycelium: %s: %s\n%!" what text

let report_exception exn trace =
  report "an exception in a handler" (Printexc.to_string exn);
  Printexc.print_raw_backtrace stderr trace

(* A report that fails is reported itself; with standard error closed there is nobody to tell. *)
let guarded report =
  match report () with
  | () -> ()
  | exception exn -> (
      let trace = Printexc.get_raw_backtrace () in
      match report_exception exn trace with
      | () -> ()
      | exception _ -> ())

let start ?(on_exception = report_exception) ~on_fault ~recv f =
  let call message =
    match f message with
    | () -> ()
    | exception exn ->
        let trace = Printexc.get_raw_backtrace () in
        guarded (fun () -> on_exception exn trace)
  in
  let rec work () =
    match recv () with
    | Ok (Some message) ->
        call message;
        work ()
    | Ok None -> ()
    | Error fault ->
        guarded (fun () -> on_fault fault);
        work ()
  in
  Thread.create work ()
