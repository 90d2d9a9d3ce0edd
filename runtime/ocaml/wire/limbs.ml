(* A number is limbs of 32 bits, most significant first, each in an [int]. *)

let mask = 0xFFFF_FFFF

(* Nine decimal digits at a time fit beside a limb in 63 bits. *)
let chunk = 1_000_000_000

let of_words words =
  let limb i =
    let word = words.(i / 2) in
    if i land 1 = 0 then Int64.to_int (Int64.shift_right_logical word 32)
    else Int64.to_int word land mask
  in
  Array.init (2 * Array.length words) limb

let to_words limbs =
  let word i =
    let high = Int64.of_int limbs.(2 * i) and low = Int64.of_int limbs.((2 * i) + 1) in
    Int64.logor (Int64.shift_left high 32) low
  in
  Array.init (Array.length limbs / 2) word

(* Divides in place by [chunk]; the remainder. *)
let divide limbs =
  let remainder = ref 0 in
  Array.iteri
    (fun i limb ->
      let n = (!remainder lsl 32) lor limb in
      limbs.(i) <- n / chunk;
      remainder := n mod chunk)
    limbs;
  !remainder

(* Multiplies in place and adds; what does not fit. *)
let multiply_add limbs factor addend =
  let carry = ref addend in
  for i = Array.length limbs - 1 downto 0 do
    let n = (limbs.(i) * factor) + !carry in
    limbs.(i) <- n land mask;
    carry := n lsr 32
  done;
  !carry

let to_string words =
  let limbs = of_words words in
  let rec go digits =
    let remainder = divide limbs in
    if Array.for_all (fun limb -> limb = 0) limbs then string_of_int remainder ^ digits
    else go (Printf.sprintf "%09d" remainder ^ digits)
  in
  go ""

let of_string ~words text =
  let limbs = Array.make (2 * words) 0 in
  let digit c = Char.code c - Char.code '0' in
  let accept c = c >= '0' && c <= '9' && multiply_add limbs 10 (digit c) = 0 in
  let rec go i = i = String.length text || (accept text.[i] && go (i + 1)) in
  if text <> "" && go 0 then Some (to_words limbs) else None
