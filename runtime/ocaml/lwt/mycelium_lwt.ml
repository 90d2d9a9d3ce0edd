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

let publish t message = Lwt_preemptive.detach (Publisher.publish t) message
