(** Places in JSON, and what is found there: what {!Json_reader} says of either. *)

(** Where a value stands, from the inside out; made into a path only where something is wrong. *)
type t =
  | Root
  | Field of t * string
  | Item of t * int

(** [fail place ~expected ~found] raises {!Json_error.Error}. *)
val fail : t -> expected:string -> found:string -> 'a

(** What a value is, in words that finish "found …"; long texts by their beginning. *)
val describe : Json_value.t -> string

(** Text in quotation marks, with escapes. *)
val quote : string -> string
