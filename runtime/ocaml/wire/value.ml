module type S = sig
  type t

  val equal : t -> t -> bool
  val compare : t -> t -> int
  val to_json : t -> string
  val pp : Format.formatter -> t -> unit
end
