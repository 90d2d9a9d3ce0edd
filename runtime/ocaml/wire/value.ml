module type S = sig
  type t

  val equal : t -> t -> bool
  val compare : t -> t -> int
  val to_json : t -> string
  val of_json : string -> (t, Json_error.t) result
  val of_json_value : Json_value.t -> (t, Json_error.t) result
  val pp : Format.formatter -> t -> unit
end
