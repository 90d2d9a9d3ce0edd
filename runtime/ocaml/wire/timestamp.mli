(** Points in time: signed nanoseconds since 1970-01-01T00:00:00Z. *)

type t = private int64

val epoch : t

(** [of_ns n] is [n] nanoseconds after the epoch. *)
external of_ns : int64 -> t = "%identity"

(** [to_ns (of_ns n)] is [n]. *)
external to_ns : t -> int64 = "%identity"

(** [add t d] is [t] moved by [d]; it wraps beyond the years 1677 to 2262. *)
val add : t -> Duration.t -> t

(** [diff a b] is the time from [b] to [a]; it wraps where that is more than 292 years. *)
val diff : t -> t -> Duration.t

(** RFC 3339 in UTC with nine places: ["2024-08-08T23:54:15.030314667Z"]. *)
val to_string : t -> string

(** [of_string text] reads RFC 3339 with up to nine places, in UTC or with an offset:
    [of_string "1970-01-01T01:00:00+01:00"] is [Some epoch]. [None] where the text is anything
    else, or out of range. *)
val of_string : string -> t option

val equal : t -> t -> bool
val compare : t -> t -> int
val pp : Format.formatter -> t -> unit
