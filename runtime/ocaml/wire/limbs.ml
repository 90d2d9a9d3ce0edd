(* A number is four limbs of 32 bits, most significant first, each in an [int]. *)

let mask = 0xFFFF_FFFF

(* Nine decimal digits at a time fit beside a limb in 63 bits. *)
let chunk = 1_000_000_000

let split ~hi ~lo =
  let high i = Int64.to_int (Int64.shift_right_logical i 32) in
  let low i = Int64.to_int i land mask in
  [| high hi; low hi; high lo; low lo |]

let join limbs =
  let pair high low =
    Int64.logor (Int64.shift_left (Int64.of_int high) 32) (Int64.of_int low)
  in
  (pair limbs.(0) limbs.(1), pair limbs.(2) limbs.(3))

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
  for i = 3 downto 0 do
    let n = (limbs.(i) * factor) + !carry in
    limbs.(i) <- n land mask;
    carry := n lsr 32
  done;
  !carry

let to_string ~hi ~lo =
  let limbs = split ~hi ~lo in
  let rec go digits =
    let remainder = divide limbs in
    if Array.for_all (fun limb -> limb = 0) limbs then string_of_int remainder ^ digits
    else go (Printf.sprintf "%09d" remainder ^ digits)
  in
  go ""

let of_string text =
  let limbs = [| 0; 0; 0; 0 |] in
  let digit c = Char.code c - Char.code '0' in
  let accept c = c >= '0' && c <= '9' && multiply_add limbs 10 (digit c) = 0 in
  let rec go i = i = String.length text || (accept text.[i] && go (i + 1)) in
  if text <> "" && go 0 then Some (join limbs) else None
