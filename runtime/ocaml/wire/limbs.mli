(** 128-bit magnitudes in decimal: what {!U128} and {!I128} share. *)

(** [to_string ~hi ~lo] is the decimal form of the unsigned number [hi * 2{^64} + lo]. *)
val to_string : hi:int64 -> lo:int64 -> string

(** [of_string digits] is [Some (hi, lo)]; [None] where [digits] is empty, holds anything but
    decimal digits, or is 2{^128} or more. *)
val of_string : string -> (int64 * int64) option
