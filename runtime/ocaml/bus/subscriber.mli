(** Receives messages of one type.

    {[
      let trades = Subscriber.create bus (module Market.Trade) in
      match Subscriber.iter on_trade trades with
      | Ok () -> ()                                        (* all publishers have closed *)
      | Error fault -> prerr_endline (Fault.to_string fault)
    ]}

    A subscriber ends once it has seen a publisher and all that it saw have closed, behind the last
    message. It is for one thread at a time. *)

include Reception.S with type fault := Fault.t

(** [create bus (module M)] receives on the own topic of [M] what is published from then on. *)
val create : Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t
