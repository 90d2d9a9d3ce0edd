(** What every generated module offers. *)

module type S = sig
  type t

  (** [equal a b] is whether [a] and [b] have the same bytes. *)
  val equal : t -> t -> bool

  (** Field by field, in order; [compare a b = 0] where [equal a b]. *)
  val compare : t -> t -> int

  (** As JSON, on one line. *)
  val to_json : t -> string

  (** Reads what {!to_json} writes, and the other forms of the mapping: fields in any order, those
      that are not there as their default or [None]. Constraints of fields are checked. *)
  val of_json : string -> (t, Json_error.t) result

  (** As {!of_json}, from JSON that has been read already. *)
  val of_json_value : Json_value.t -> (t, Json_error.t) result

  (** Prints {!to_json}. *)
  val pp : Format.formatter -> t -> unit
end
