(** How generated modules call one another: for them alone. *)

(** Bytes and text of a struct or of flags. *)
module type PLAIN = sig
  type t

  (** Reads the inline form at a position. *)
  val decode : Reader.t -> int -> t

  (** Writes the inline form at a position, padding included. *)
  val encode : Writer.t -> int -> t -> unit

  (** Where the tail ends behind a value, given where it ended before. *)
  val tail_end : t -> int -> int

  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

(** Bytes and text of an enum or a union, whose errors name the field that holds it. *)
module type NAMED = sig
  type t

  val decode : field:string -> Reader.t -> int -> t
  val encode : field:string -> Writer.t -> int -> t -> unit
  val tail_end : t -> int -> int
  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

(** Bytes and text of a message inside a message. *)
module type MESSAGE = sig
  type t

  (** Bytes of the block. *)
  val block : int

  (** Bytes of the payload. *)
  val payload_size : t -> int

  (** [decode_block r at there] reads a block at [at] of which [there] bytes are there. *)
  val decode_block : Reader.t -> int -> int -> t

  val encode_block : Writer.t -> int -> t -> unit
  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end
