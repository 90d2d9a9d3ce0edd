(** Frames: 16 bytes of header, then a payload. Frames stand back to back in a stream.

    {v
       0  u32  length      payload bytes, a multiple of 8
       4  u16  type_id     from the schema; 0 is a control frame of a transport
       6  u16  channel     topic channel, given by the sender; 0 is the type's own topic
       8  u32  block       bytes of the block: where its last field ends
      12  u32  sequence    per channel, wraps; a gap is a loss
      16  payload
    v} *)

type header = {
  length : int;  (** Payload bytes. *)
  type_id : int;
  channel : int;
  block : int;
  sequence : int;
}

(** Bytes of a header: 16. *)
val header_size : int

(** [parse ?pos s] is the header at [pos] (default 0), its length a multiple of 8 that the block
    does not exceed.
    @raise Error.Error where it is not such a header, of kind [Truncated] where [s] ends in it. *)
val parse : ?pos:int -> string -> header

(** [size h] is [header_size + h.length]: where the next frame starts. *)
val size : header -> int

(** [split ?pos s] is the header at [pos] and the position where its frame ends, all of it in [s].
    @raise Error.Error as {!parse}, and of kind [Truncated] where the payload is not all there. *)
val split : ?pos:int -> string -> header * int

(** [write dst ~pos h] writes the 16 bytes.
    @raise Invalid_argument where [dst] ends before them. *)
val write : bytes -> pos:int -> header -> unit

(** [renumber dst ~pos ~channel ~sequence] changes the header of the frame at [pos] in place.
    @raise Invalid_argument where [dst] ends in the header. *)
val renumber : bytes -> pos:int -> channel:int -> sequence:int -> unit
