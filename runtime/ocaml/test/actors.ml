(* Actors, on the bus of the package and on the shared one. *)

module On_package = Actor_checks.Make (struct
  open Mycelium

  module Bus = struct
    include Bus

    let with_new f = with_bus (create ()) f
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

let () =
  (* Faults that are asked for are no news. *)
  Unix.dup2 (Unix.openfile "/dev/null" [ O_WRONLY ] 0) Unix.stderr;
  Check.run "actors" (("pauses double up to the longest", pauses) :: On_package.all);
  Check.run "actors, shared" On_shared.all
