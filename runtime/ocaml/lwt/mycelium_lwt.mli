(** The bus as promises of Lwt.

    {[
      let rec work trades =
        Mycelium_lwt.recv trades >>= function
        | Ok (Some trade) -> on_trade trade >>= fun () -> work trades
        | Ok None -> Lwt.return_unit                    (* all publishers have closed *)
        | Error fault -> Lwt_io.eprintl (Fault.to_string fault) >>= fun () -> work trades
    ]}

    Publishers and subscribers are those of [Mycelium]; a subscriber is for one promise at a time. Waiting
    takes no thread. *)

open Mycelium_bus

(** [recv t] is the next message once it is there; [Ok None] is the end. A promise that is cancelled takes
    no message. *)
val recv : 'a Subscriber.t -> ('a option, Fault.t) result Lwt.t

(** [iter f t] calls [f] with each message, one after the other, up to the end or to the first fault. *)
val iter : ('a -> unit Lwt.t) -> 'a Subscriber.t -> (unit, Fault.t) result Lwt.t

(** [publish t message] is {!Mycelium_bus.Publisher.publish}, in a thread of Lwt's pool: it may have to wait for room.
    What one publisher publishes goes out in the order of the calls. *)
val publish : 'a Publisher.t -> 'a -> (unit, Publisher.refusal) result Lwt.t
