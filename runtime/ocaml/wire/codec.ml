module type TEXT = sig
  type t

  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

module type STRUCT = sig
  type t

  val decode : Reader.t -> int -> t
  val check : Reader.t -> int -> unit
  val encode : Writer.t -> bytes -> int -> t -> unit
  val tail_end : t -> int -> int

  include TEXT with type t := t
end

module type FLAGS = sig
  type t

  val load : string -> int -> t
  val store : bytes -> int -> t -> unit

  include TEXT with type t := t
end

module type ENUM = sig
  type t

  val load : field:string -> string -> int -> t
  val store : field:string -> bytes -> int -> t -> unit

  include TEXT with type t := t
end

module type UNION = sig
  type t

  val decode : field:string -> Reader.t -> int -> t
  val check : field:string -> Reader.t -> int -> unit
  val encode : field:string -> Writer.t -> bytes -> int -> t -> unit
  val tail_end : t -> int -> int

  include TEXT with type t := t
end

module type MESSAGE = sig
  type t

  val block : int
  val payload_size : t -> int
  val decode_block : Reader.t -> t
  val check_block : Reader.t -> unit
  val encode_block : Writer.t -> bytes -> int -> t -> unit

  include TEXT with type t := t
end
