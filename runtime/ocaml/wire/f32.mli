(** Single-precision floats held as floats, NaN payloads included. *)

(** [of_bits b] is the float of those bits. Unlike [Int32.float_of_bits] it leaves a signalling
    NaN as it is: [to_bits (of_bits b)] is [b], for every [b]. *)
val of_bits : int32 -> float

(** [to_bits f] rounds [f] to the nearest single. *)
val to_bits : float -> int32

(** [round f] is the nearest single as a double. *)
val round : float -> float
