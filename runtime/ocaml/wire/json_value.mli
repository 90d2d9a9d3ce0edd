(** JSON as a value: what [of_json_value] of generated modules reads. Its shape is that of the usual
    libraries, whose values are brought into it by a function of a few lines. *)

type t =
  | Null
  | Bool of bool
  | Number of string  (** The digits as they stand, so that none is lost. *)
  | String of string  (** Text in UTF-8. *)
  | Array of t list
  | Object of (string * t) list  (** Members in the order of the text. *)

(** [of_string text] reads one value of RFC 8259, which nests at most 256 deep. *)
val of_string : string -> (t, Json_error.t) result

(** As {!of_string}.
    @raise Json_error.Error where the text is no JSON. *)
val of_string_exn : string -> t

(** On one line, without spaces. *)
val to_string : t -> string

val print : t Json.printer
