(** The time. *)

(** [now_ns ()] is nanoseconds since the Unix epoch, from the system's clock: what a [sent_time] field
    takes, by [Timestamp.of_ns (Int64.of_int (now_ns ()))]. Costs no allocation. *)
external now_ns : unit -> (int[@untagged]) = "mycelium_now_ns_byte" "mycelium_now_ns" [@@noalloc]

(** [now ()] is {!now_ns} as a timestamp. *)
val now : unit -> Mycelium_wire.Timestamp.t

(** [monotonic ()] is seconds since the machine was started: what deadlines are reckoned by, because nobody sets this clock
    forward or back. *)
external monotonic : unit -> (float[@unboxed]) = "mycelium_monotonic_byte" "mycelium_monotonic"
  [@@noalloc]
