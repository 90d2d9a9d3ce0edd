(** Which of two neighbours a number between them becomes. Names and meanings are those of Python's [decimal]. *)

type t =
  | Half_even  (** The nearer one; of two that are as near, the even one. *)
  | Half_up  (** The nearer one; of two that are as near, the one farther from zero. *)
  | Half_down  (** The nearer one; of two that are as near, the one nearer to zero. *)
  | Up  (** The one farther from zero. *)
  | Down  (** The one nearer to zero. *)
  | Ceiling  (** The greater one. *)
  | Floor  (** The smaller one. *)

(** What lies beyond the digits that are kept, beside half of a unit of the last one. *)
type rest = Nothing | Less_than_half | Half | More_than_half

(** [rest_of remainder ~divisor] is what a division leaves; both are read without a sign. *)
val rest_of : int64 -> divisor:int64 -> rest

(** [and_below rest more] is [rest] where there is still [more] beyond it, less than a unit of its last digit. *)
val and_below : rest -> rest -> rest

(** [goes_away rounding ~negative ~odd rest] is whether a magnitude is to be one greater: that of a negative number, whose
    last digit that is kept is odd. *)
val goes_away : t -> negative:bool -> odd:bool -> rest -> bool
