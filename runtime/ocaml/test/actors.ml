(* Actors, on the bus of the package and on the shared one. *)

module On_package = Actor_checks.Make (struct
  open Mycelium

  module Bus = struct
    include Bus

    let with_new f = with_bus (create ()) f
    let ends = [ close; interrupt ]
  end

  module Publisher = Publisher

  module Subscriber = struct
    type fault = Fault.t

    include Subscriber
  end

  module Actor = Actor
end)

module On_shared = Actor_checks.Make (struct
  open Mycelium_shared

  module Bus = struct
    include Bus

    let with_new f = with_bus (create ()) f
    let ends = [ close; interrupt; shutdown ]
  end

  module Publisher = Publisher

  module Subscriber = struct
    type fault = Fault.t

    include Subscriber
  end

  module Actor = Actor
end)

let pauses () =
  let open Mycelium_actor.Policy in
  let backoff = { first = 0.01; most = 0.1; jitter = 0. } in
  let many = { default with backoff; intensity = { restarts = 1000; within = 3600. } } in
  let restarts_of_many = restarts many in
  let pause now = Option.get (next restarts_of_many ~now) -. now in
  let rec run now = function
    | [] -> now
    | expected :: rest ->
        let found = pause now in
        Check.is_true "the pause doubles" (Float.abs (found -. expected) < 1e-9);
        run (now +. found) rest
  in
  let now = run 100. [ 0.01; 0.02; 0.04; 0.08; 0.1; 0.1 ] in
  Check.is_true "it begins anew" (Float.abs (pause (now +. 0.11) -. 0.01) < 1e-9);
  let few = restarts { default with intensity = { restarts = 2; within = 0.1 } } in
  let may now = next few ~now <> None in
  Check.is_true "two in so much time" (may 0. && may 0.05 && (not (may 0.06)) && may 0.101)

(* What is checked in a process of its own, with the limit that makes it so. *)
let odd_worlds =
  [
    (* No address space holds the stack of another thread. *)
    ("without-threads", "-s 200000000000", On_package.without_threads, On_shared.without_threads);
    ("waits-fail", "-n 2048", On_package.a_wait_that_fails, On_shared.a_wait_that_fails);
  ]

let in_own_process (world, limit, _, _) =
  let program = Filename.quote Sys.executable_name in
  let check () =
    Check.int ~expected:0
      (Sys.command (Printf.sprintf "ulimit %s && exec %s %s" limit program world))
  in
  (world, check)

let send_errors_to_null flag = Unix.dup2 (Unix.openfile "/dev/null" [ flag ] 0) Unix.stderr

let () =
  (* Failures that are asked for are no news. Writing them fails, which must harm no actor; only what is left at the
     exit can be written. *)
  send_errors_to_null O_RDONLY;
  at_exit (fun () -> send_errors_to_null O_WRONLY);
  match List.find_opt (fun (world, _, _, _) -> Array.mem world Sys.argv) odd_worlds with
  | Some (world, _, on_package, on_shared) ->
      Check.run ("actors, " ^ world) [ ("package", on_package); ("shared", on_shared) ]
  | None ->
      let own = ("pauses double up to the longest", pauses) :: List.map in_own_process odd_worlds in
      Check.run "actors" (own @ On_package.all);
      Check.run "actors, shared" On_shared.all
