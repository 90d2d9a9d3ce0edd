open Mycelium_bus

let ( >>= ) = Lwt.bind

let readable descriptor =
  Lwt_unix.wait_read (Lwt_unix.of_unix_file_descr ~blocking:false ~set_flags:false descriptor)

let rec recv t =
  match Subscriber.try_recv t with
  | `Message message -> Lwt.return (Ok (Some message))
  | `Fault fault -> Lwt.return (Error fault)
  | `Ended -> Lwt.return (Ok None)
  | `Empty -> (
      match Subscriber.await t with
      | `Ready -> recv t
      | `Wait descriptor -> readable descriptor >>= fun () -> recv t)

let rec iter f t =
  recv t >>= function
  | Ok (Some message) -> f message >>= fun () -> iter f t
  | Ok None -> Lwt.return (Ok ())
  | Error fault -> Lwt.return (Error fault)

(* Publishers that have something on the way, by their ids: of one publisher, one message at a time is
   with the pool, whose threads would overtake each other. *)
let turns : (int, Lwt_mutex.t) Hashtbl.t = Hashtbl.create 8

let turn_of id =
  match Hashtbl.find_opt turns id with
  | Some turn -> turn
  | None ->
      let turn = Lwt_mutex.create () in
      Hashtbl.add turns id turn;
      turn

let publish t message =
  let id = Publisher.id t in
  let turn = turn_of id in
  let send () = Lwt_preemptive.detach (Publisher.publish t) message in
  let forget () =
    if not (Lwt_mutex.is_locked turn) then Hashtbl.remove turns id;
    Lwt.return_unit
  in
  Lwt.finalize (fun () -> Lwt_mutex.with_lock turn send) forget
