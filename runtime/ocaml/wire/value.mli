(** What every generated module offers. *)

module type S = sig
  type t

  (** [equal a b] is whether [a] and [b] have the same bytes. *)
  val equal : t -> t -> bool

  (** Field by field, in order; [compare a b = 0] where [equal a b]. *)
  val compare : t -> t -> int

  (** As JSON, on one line. *)
  val to_json : t -> string

  (** Prints {!to_json}. *)
  val pp : Format.formatter -> t -> unit
end
