external now_ns : unit -> (int[@untagged]) = "mycelium_now_ns_byte" "mycelium_now_ns" [@@noalloc]

external monotonic : unit -> (float[@unboxed]) = "mycelium_monotonic_byte" "mycelium_monotonic"
  [@@noalloc]

let now () = Mycelium_wire.Timestamp.of_ns (Int64.of_int (now_ns ()))
