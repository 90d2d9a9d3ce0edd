(** Latencies counted in buckets of about 3 % width.

    Below 32 ns a bucket is one nanosecond wide; from there each power of two has 32 of them. *)

type t

val create : unit -> t

(** [record t ns] counts a value; one below zero (two clocks that differ) counts as zero. *)
val record : t -> int -> unit

(** Non-empty buckets, ascending: their lowest value and how many fell into them. *)
val buckets : t -> (int * int) list
