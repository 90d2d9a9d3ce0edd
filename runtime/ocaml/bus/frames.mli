(** Receives frames of several topics as they are, in the order of each publishing process.

    {[
      let frames = Frames.of_messages bus [ (module Market.Trade); (module Market.Signal) ] in
      let on_frame (frame : Frames.frame) =
        if frame.header.type_id = Market.Trade.type_id then
          Result.iter on_trade (Market.Trade.of_frame frame.bytes)
      in
      Frames.iter on_frame frames
    ]}

    It ends as a {!Subscriber} does. It is for one thread at a time. *)

include Reception.FRAMES with type fault := Fault.t

(** [create bus ["market.*"]] receives all topics that fit one of the patterns, whatever version of
    their types they carry. A [*] stands for any run of characters but [.], and a [>] at the end for
    one or more of any: ["market.>"]. *)
val create : Bus.t -> string list -> t

(** [of_messages bus messages] receives the own topics of these types, of the same version only. *)
val of_messages : Bus.t -> (module Mycelium_wire.Message.S) list -> t
