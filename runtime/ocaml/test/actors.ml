(* Actors, on the bus of the package and on the shared one. *)

module On_package = Actor_checks.Make (struct
  include Mycelium

  let with_new f = Bus.with_bus (Bus.create ()) f
  let close = Bus.close
  let ends = Bus.[ close; interrupt ]
  let recv_timeout = Subscriber.recv_timeout
end)

module On_shared = Actor_checks.Make (struct
  include Mycelium_shared

  let with_new f = Bus.with_bus (Bus.create ()) f
  let close = Bus.close
  let ends = Bus.[ close; interrupt; shutdown ]
  let recv_timeout = Subscriber.recv_timeout
end)

(* What is checked in a process of its own, with the limit that makes it so. *)
let odd_worlds =
  [
    (* No address space holds the stack of another thread. *)
    ("without-threads", "-s 200000000000", On_package.without_threads, On_shared.without_threads);
    ("waits-fail", "-n 2048", On_package.a_wait_that_fails, On_shared.a_wait_that_fails);
    ("without-descriptors", "-n 64", On_package.without_descriptors, On_shared.without_descriptors);
  ]

let in_own_process (world, limit, _, _) =
  let program = Filename.quote Sys.executable_name in
  let check () =
    Check.int ~expected:0
      (Sys.command (Printf.sprintf "ulimit %s && exec %s %s" limit program world))
  in
  (world, check)

let in_process_that_reports () =
  let report = Filename.temp_file "actors" ".txt" in
  Fun.protect
    ~finally:(fun () -> Sys.remove report)
    (fun () ->
      let program = Filename.quote Sys.executable_name in
      Check.int ~expected:0 (Sys.command (Printf.sprintf "exec %s reports %s" program report)))

let send_errors_to path flag = Unix.dup2 (Unix.openfile path [ flag ] 0) Unix.stderr

let in_usual_process () =
  let own =
    ("what does not stop when a failure ends all is named", in_process_that_reports)
    :: List.map in_own_process odd_worlds
  in
  Check.run "actors" (own @ On_package.all);
  Check.run "actors, shared" On_shared.all

let () =
  match Sys.argv with
  | [| _; "reports"; report |] ->
      send_errors_to report O_WRONLY;
      Check.run "actors, reports" [ ("package", fun () -> On_package.what_join_leaves report) ]
  | _ -> (
      (* Failures that are asked for are no news. Writing them fails, which must harm no actor; only what is left at the
         exit can be written. *)
      send_errors_to "/dev/null" O_RDONLY;
      at_exit (fun () -> send_errors_to "/dev/null" O_WRONLY);
      match List.find_opt (fun (world, _, _, _) -> Array.mem world Sys.argv) odd_worlds with
      | Some (world, _, on_package, on_shared) ->
          Check.run ("actors, " ^ world) [ ("package", on_package); ("shared", on_shared) ]
      | None -> in_usual_process ())
