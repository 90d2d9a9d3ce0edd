(* Natural numbers as decimal digits, the last one first: arithmetic as on paper, slow and plain, by which that of
   decimals is checked. No number ends with a zero digit; nought is empty. *)

type t = int list

let of_digits text =
  let digits = List.init (String.length text) (fun i -> Char.code text.[i] - Char.code '0') in
  let rec without_zeros = function
    | 0 :: rest -> without_zeros rest
    | digits -> digits
  in
  List.rev (without_zeros digits)

let to_string n =
  if n = [] then "0" else String.concat "" (List.rev_map string_of_int n)

let push digit n = if digit = 0 && n = [] then [] else digit :: n
let rec shift places n = if places = 0 then n else shift (places - 1) (push 0 n)

let rec add ?(carry = 0) a b =
  match (a, b) with
  | [], [] -> if carry = 0 then [] else [ carry ]
  | [], n | n, [] when carry = 0 -> n
  | [], n | n, [] -> add ~carry n [ 0 ]
  | x :: a, y :: b ->
      let sum = x + y + carry in
      push (sum mod 10) (add ~carry:(sum / 10) a b)

(* [a - b], for [a >= b]. *)
let rec sub ?(borrow = 0) a b =
  match (a, b) with
  | [], _ -> []
  | x :: a, b ->
      let y, b =
        match b with
        | [] -> (0, [])
        | y :: b -> (y, b)
      in
      let left = x - y - borrow in
      if left < 0 then push (left + 10) (sub ~borrow:1 a b) else push left (sub a b)

let compare a b =
  match Int.compare (List.length a) (List.length b) with
  | 0 -> Stdlib.compare (List.rev a) (List.rev b)
  | by_length -> by_length

let rec times digit n = if digit = 0 then [] else add n (times (digit - 1) n)

let rec mul a b =
  match a with
  | [] -> []
  | digit :: rest -> add (times digit b) (push 0 (mul rest b))

let rec take_away count n divisor =
  if compare n divisor < 0 then (count, n) else take_away (count + 1) (sub n divisor) divisor

(* Quotient and remainder. *)
let divide n divisor =
  let step digit (quotient, rest) =
    let count, rest = take_away 0 (push digit rest) divisor in
    (push count quotient, rest)
  in
  List.fold_right step n ([], [])
