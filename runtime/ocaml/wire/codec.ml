module type PLAIN = sig
  type t

  val decode : Reader.t -> int -> t
  val encode : Writer.t -> int -> t -> unit
  val tail_end : t -> int -> int
  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

module type NAMED = sig
  type t

  val decode : field:string -> Reader.t -> int -> t
  val encode : field:string -> Writer.t -> int -> t -> unit
  val tail_end : t -> int -> int
  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end

module type MESSAGE = sig
  type t

  val block : int
  val payload_size : t -> int
  val decode_block : Reader.t -> int -> int -> t
  val encode_block : Writer.t -> int -> t -> unit
  val write_json : t Json.printer
  val json_reader : t Json_reader.t
end
