(* Conversion by the machine makes every NaN quiet, so those go by their bits: the payload's 23
   bits are the leading ones of the 52. *)

let is_nan_bits b = Int32.logand b 0x7FFF_FFFFl > 0x7F80_0000l

let of_nan_bits b =
  let sign = Int64.shift_left (Int64.of_int32 (Int32.shift_right_logical b 31)) 63 in
  let payload = Int64.of_int32 (Int32.logand b 0x007F_FFFFl) in
  let exponent = 0x7FF0_0000_0000_0000L in
  Int64.float_of_bits (Int64.logor sign (Int64.logor exponent (Int64.shift_left payload 29)))

let to_nan_bits f =
  let bits = Int64.bits_of_float f in
  let sign = Int64.to_int32 (Int64.shift_left (Int64.shift_right_logical bits 63) 31) in
  let payload = Int64.logand (Int64.shift_right_logical bits 29) 0x007F_FFFFL in
  (* A payload that lies in the trailing bits alone is lost; the value stays a NaN. *)
  let payload = if payload = 0L then 0x0040_0000L else payload in
  Int32.logor sign (Int32.logor 0x7F80_0000l (Int64.to_int32 payload))

let of_bits b = if is_nan_bits b then of_nan_bits b else Int32.float_of_bits b
let to_bits f = if Float.is_nan f then to_nan_bits f else Int32.bits_of_float f
let round f = of_bits (to_bits f)
