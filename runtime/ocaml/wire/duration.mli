(** Spans of time: signed nanoseconds. *)

type t = private int64

val zero : t

(** [of_ns n] is [n] nanoseconds. *)
external of_ns : int64 -> t = "%identity"

(** [to_ns (of_ns n)] is [n]. *)
external to_ns : t -> int64 = "%identity"

(** [of_seconds 1.5] is [of_ns 1_500_000_000L]: the nearest nanosecond. *)
val of_seconds : float -> t

val to_seconds : t -> float

(** Exact, without trailing zeros: [to_string (of_ns 1_500_000_000L)] is ["1.5s"]. *)
val to_string : t -> string

(** [of_string "1.5s"] is [Some (of_ns 1_500_000_000L)]; at most nine places. Whole numbers may be
    in [ms], [us] or [ns] too. *)
val of_string : string -> t option

val equal : t -> t -> bool
val compare : t -> t -> int
val pp : Format.formatter -> t -> unit
