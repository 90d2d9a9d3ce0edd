(* Actors, on the bus of the package and on the shared one. *)

module On (World : World.S) = struct
  module Lives = Actor_lives.Make (World)
  module Groups = Actor_groups.Make (World)
  module Ends = Actor_ends.Make (World)
  module Timers = Actor_timers.Make (World)
  module Limits = Actor_limits.Make (World)

  let all = Lives.all @ Groups.all @ Ends.all @ Timers.all
end

module On_package = On (World.Package)
module On_shared = On (World.Shared)

(* What is checked in a process of its own, with the limit that makes it so. *)
let odd_worlds =
  let package = On_package.Limits.(without_threads, a_wait_that_fails, without_descriptors) in
  let shared = On_shared.Limits.(without_threads, a_wait_that_fails, without_descriptors) in
  let threads, waits, descriptors = package and shared_threads, shared_waits, shared_descriptors = shared in
  [
    (* No address space holds the stack of another thread. *)
    ("without-threads", "-s 200000000000", threads, shared_threads);
    ("waits-fail", "-n 2048", waits, shared_waits);
    ("without-descriptors", "-n 64", descriptors, shared_descriptors);
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
      Check.run "actors, reports" [ ("package", fun () -> On_package.Limits.what_join_leaves report) ]
  | _ -> (
      (* Failures that are asked for are no news. Writing them fails, which must harm no actor; only what is left at the
         exit can be written. *)
      send_errors_to "/dev/null" O_RDONLY;
      at_exit (fun () -> send_errors_to "/dev/null" O_WRONLY);
      match List.find_opt (fun (world, _, _, _) -> Array.mem world Sys.argv) odd_worlds with
      | Some (world, _, on_package, on_shared) ->
          Check.run ("actors, " ^ world) [ ("package", on_package); ("shared", on_shared) ]
      | None -> in_usual_process ())
