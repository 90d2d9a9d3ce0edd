(** How generated modules call one another: for them alone. *)

(** Text of any value. *)
module type TEXT = sig
  type t

  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

(** Bytes of a struct. *)
module type STRUCT = sig
  type t

  (** Reads the inline form at a position. *)
  val decode : Reader.t -> int -> t

  (** Checks what {!decode} would. *)
  val check : Reader.t -> int -> unit

  (** Writes the inline form at a position, padding included. *)
  val encode : Writer.t -> bytes -> int -> t -> unit

  (** Where the tail ends behind a value, given where it ended before. *)
  val tail_end : t -> int -> int

  include TEXT with type t := t
end

(** Bytes of flags. *)
module type FLAGS = sig
  type t

  (** Reads the bits at a position of a string. *)
  val load : string -> int -> t

  (** Writes them at a position. *)
  val store : bytes -> int -> t -> unit

  include TEXT with type t := t
end

(** Bytes of an enum, whose errors name the field that holds it. *)
module type ENUM = sig
  type t

  (** Reads the number at a position of a string. *)
  val load : field:string -> string -> int -> t

  (** Writes it at a position. *)
  val store : field:string -> bytes -> int -> t -> unit

  include TEXT with type t := t
end

(** Bytes of a union, whose errors name the field that holds it. *)
module type UNION = sig
  type t

  val decode : field:string -> Reader.t -> int -> t
  val check : field:string -> Reader.t -> int -> unit
  val encode : field:string -> Writer.t -> bytes -> int -> t -> unit
  val tail_end : t -> int -> int

  include TEXT with type t := t
end

(** Bytes of a message inside a message. *)
module type MESSAGE = sig
  type t

  (** Bytes of the block. *)
  val block : int

  (** Bytes of the payload. *)
  val payload_size : t -> int

  (** Reads the block of a payload. *)
  val decode_block : Reader.t -> t

  (** Checks what {!decode_block} would. *)
  val check_block : Reader.t -> unit

  val encode_block : Writer.t -> bytes -> int -> t -> unit

  include TEXT with type t := t
end
