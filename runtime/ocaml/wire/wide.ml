type t = U128.t = { hi : int64; lo : int64 }

let of_word lo = { hi = 0L; lo }
let low_half n = Int64.logand n 0xFFFF_FFFFL
let high_half n = Int64.shift_right_logical n 32

(* By halves of 32 bits, as on paper; no sum below exceeds 64 bits. *)
let product a b =
  let a0 = low_half a and a1 = high_half a and b0 = low_half b and b1 = high_half b in
  let low = Int64.mul a0 b0 in
  let middle = Int64.add (Int64.mul a1 b0) (high_half low) in
  let other = Int64.add (Int64.mul a0 b1) (low_half middle) in
  let hi = Int64.add (Int64.mul a1 b1) (Int64.add (high_half middle) (high_half other)) in
  { hi; lo = Int64.logor (Int64.shift_left other 32) (low_half low) }

let times { hi; lo } n =
  let low = product lo n and high = product hi n in
  let sum = Int64.add low.hi high.lo in
  if high.hi <> 0L || Int64.unsigned_compare sum low.hi < 0 then None
  else Some { hi = sum; lo = low.lo }

(* [rest * 2{^64} + lo] by [d], bit by bit, where [rest < d]. *)
let divide_long rest lo d =
  let rest = ref rest and quotient = ref 0L in
  for bit = 63 downto 0 do
    let next = Int64.logand (Int64.shift_right_logical lo bit) 1L in
    rest := Int64.logor (Int64.shift_left !rest 1) next;
    quotient := Int64.shift_left !quotient 1;
    if Int64.unsigned_compare !rest d >= 0 then (
      rest := Int64.sub !rest d;
      quotient := Int64.logor !quotient 1L)
  done;
  (!quotient, !rest)

let divide { hi; lo } d =
  let above = Int64.unsigned_rem hi d in
  let low, rest =
    if above = 0L then (Int64.unsigned_div lo d, Int64.unsigned_rem lo d)
    else divide_long above lo d
  in
  ({ hi = Int64.unsigned_div hi d; lo = low }, rest)

let compare = U128.compare
