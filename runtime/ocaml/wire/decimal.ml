type t = { mantissa : int64; scale : int }
type scaled = t
type rounding = Rounding.t = Half_even | Half_up | Half_down | Up | Down | Ceiling | Floor

exception Overflow

let max_scale = 18

let powers =
  let table = Array.make (max_scale + 1) 1L in
  for i = 1 to max_scale do
    table.(i) <- Int64.mul 10L table.(i - 1)
  done;
  table

(* The mantissa of a magnitude, which is read without a sign: that of the smallest value has the bits of that value. *)
let signed ~negative magnitude =
  if negative && Int64.unsigned_compare magnitude Int64.min_int <= 0 then
    Some (Int64.neg magnitude)
  else if (not negative) && magnitude >= 0L then Some magnitude
  else None

let magnitude_of mantissa = if mantissa < 0L then Int64.neg mantissa else mantissa

let to_string { mantissa; scale } =
  let sign = if mantissa < 0L then "-" else "" in
  let magnitude = magnitude_of mantissa in
  if scale = 0 then Printf.sprintf "%s%Lu" sign magnitude
  else
    let whole = Int64.unsigned_div magnitude powers.(scale) in
    let part = Int64.unsigned_rem magnitude powers.(scale) in
    Printf.sprintf "%s%Lu.%0*Lu" sign whole scale part

let signed_mantissa ~negative digits =
  Option.bind (U64.of_string digits) (fun magnitude ->
      signed ~negative (U64.to_bits magnitude))

(* Places from [point] on that are needed: zeros beyond [scale] are not. *)
let rec needed_places text ~point ~scale places =
  if places > scale && text.[point + places] = '0' then
    needed_places text ~point ~scale (places - 1)
  else places

(* Digits and their number of decimal places, without the point. *)
let without_point text ~scale =
  match String.index_opt text '.' with
  | None -> Some (text, 0)
  | Some point ->
      let places = String.length text - point - 1 in
      if point = 0 || places = 0 then None
      else
        let places = needed_places text ~point ~scale places in
        Some (String.sub text 0 point ^ String.sub text (point + 1) places, places)

let of_string ~scale text =
  let negative = text <> "" && text.[0] = '-' in
  let start = if negative then 1 else 0 in
  match without_point (String.sub text start (String.length text - start)) ~scale with
  | Some (digits, places) when digits <> "" && places <= scale ->
      let padded = digits ^ String.make (scale - places) '0' in
      Option.map (fun mantissa -> { mantissa; scale }) (signed_mantissa ~negative padded)
  | _ -> None

let pp ppf d = Format.pp_print_string ppf (to_string d)

(* {1 Arithmetic}

   On magnitudes, which have 128 bits until they are rounded once. *)

let check_scale scale =
  if scale < 0 || scale > max_scale then
    invalid_arg (Printf.sprintf "Decimal: a scale of %d, where 0 to %d are possible" scale max_scale)

let check { scale; _ } = check_scale scale

let or_overflow = function
  | Some value -> value
  | None -> raise Overflow

(* Powers of ten have 18 places at most; two of them make 36. *)
let rec times_ten wide places =
  let now = min places max_scale in
  let product = or_overflow (Wide.times wide powers.(now)) in
  if now = places then product else times_ten product (places - now)

let rec divided_by_ten wide places =
  let now = min places max_scale in
  let quotient, remainder = Wide.divide wide powers.(now) in
  let rest = Rounding.rest_of remainder ~divisor:powers.(now) in
  if now = places then (quotient, rest)
  else
    let quotient, above = divided_by_ten quotient (places - now) in
    (quotient, Rounding.and_below above rest)

let rounded rounding ~negative ({ hi; lo } : Wide.t) rest =
  let odd = Int64.logand lo 1L = 1L in
  let goes_away = Rounding.goes_away rounding ~negative ~odd rest in
  if hi <> 0L || (goes_away && lo = -1L) then raise Overflow
  else or_overflow (signed ~negative (if goes_away then Int64.add lo 1L else lo))

(* Brings a magnitude with so many places to a scale. *)
let at_scale ~scale ~rounding ~negative wide places =
  check_scale scale;
  let quotient, rest =
    if places >= scale then divided_by_ten wide (places - scale)
    else (times_ten wide (scale - places), Rounding.Nothing)
  in
  { mantissa = rounded rounding ~negative quotient rest; scale }

let rescale ~scale ~rounding d =
  check d;
  let wide = Wide.of_word (magnitude_of d.mantissa) in
  at_scale ~scale ~rounding ~negative:(d.mantissa < 0L) wide d.scale

let is_negative_with a b = a.mantissa < 0L <> (b.mantissa < 0L)

let mul_rounded ~scale ~rounding a b =
  check a;
  check b;
  let product = Wide.product (magnitude_of a.mantissa) (magnitude_of b.mantissa) in
  at_scale ~scale ~rounding ~negative:(is_negative_with a b) product (a.scale + b.scale)

(* With all its places a product is not rounded. *)
let mul a b =
  check a;
  check b;
  let scale = a.scale + b.scale in
  if scale > max_scale then raise Overflow else mul_rounded ~scale ~rounding:Down a b

(* A magnitude by a divisor that may have more than 64 bits: then it is more than twice the magnitude, for it is a
   multiple of ten, which 2{^64} is not. *)
let divided_by_wide magnitude ({ hi; lo } : Wide.t) =
  if hi <> 0L then
    (Wide.of_word 0L, if magnitude = 0L then Rounding.Nothing else Rounding.Less_than_half)
  else
    let rest = Rounding.rest_of (Int64.unsigned_rem magnitude lo) ~divisor:lo in
    (Wide.of_word (Int64.unsigned_div magnitude lo), rest)

let div ~scale ~rounding a b =
  check_scale scale;
  check a;
  check b;
  if b.mantissa = 0L then raise Division_by_zero;
  let magnitude = magnitude_of a.mantissa and divisor = magnitude_of b.mantissa in
  let places = scale - a.scale + b.scale in
  let quotient, rest =
    if places < 0 then divided_by_wide magnitude (Wide.product divisor powers.(-places))
    else
      let quotient, remainder = Wide.divide (times_ten (Wide.of_word magnitude) places) divisor in
      (quotient, Rounding.rest_of remainder ~divisor)
  in
  { mantissa = rounded rounding ~negative:(is_negative_with a b) quotient rest; scale }

(* Overflow shows in the sign: both operands have one that the result has not. *)
let add_mantissas a b =
  let sum = Int64.add a b in
  if Int64.logand (Int64.logxor sum a) (Int64.logxor sum b) < 0L then raise Overflow else sum

let sub_mantissas a b =
  let difference = Int64.sub a b in
  if Int64.logand (Int64.logxor a b) (Int64.logxor a difference) < 0L then raise Overflow
  else difference

(* At the scale of the operand that has more places, where both are exact. *)
let at_one_scale combine a b =
  let scale = max a.scale b.scale in
  let mantissa d = (rescale ~scale ~rounding:Down d).mantissa in
  { mantissa = combine (mantissa a) (mantissa b); scale }

let add = at_one_scale add_mantissas
let sub = at_one_scale sub_mantissas

let compare a b =
  check a;
  check b;
  if is_negative_with a b then Int64.compare a.mantissa b.mantissa
  else
    let scale = max a.scale b.scale in
    let wide d = times_ten (Wide.of_word (magnitude_of d.mantissa)) (scale - d.scale) in
    if a.mantissa < 0L then Wide.compare (wide b) (wide a) else Wide.compare (wide a) (wide b)

let equal a b = compare a b = 0
let equal_scaled = equal

module type S = sig
  type t = private int64

  val scale : int
  val zero : t

  external of_mantissa : int64 -> t = "%identity"
  external mantissa : t -> int64 = "%identity"

  val of_string : string -> t option
  val of_string_exn : string -> t
  val to_string : t -> string
  val of_int : int -> t
  val to_float : t -> float
  val equal : t -> t -> bool
  val compare : t -> t -> int
  val add : t -> t -> t
  val sub : t -> t -> t
  val neg : t -> t
  val abs : t -> t
  val mul : rounding:rounding -> t -> t -> t
  val div : rounding:rounding -> t -> t -> t
  val round : places:int -> rounding:rounding -> t -> t
  val to_scaled : t -> scaled
  val of_scaled : scaled -> t option
  val pp : Format.formatter -> t -> unit
end

module Make (Scale : sig
  val scale : int
end) : S = struct
  type t = int64

  let scale = Scale.scale
  let zero = 0L

  external of_mantissa : int64 -> t = "%identity"
  external mantissa : t -> int64 = "%identity"

  let of_string text = Option.map (fun d -> d.mantissa) (of_string ~scale text)
  let to_string mantissa = to_string { mantissa; scale }

  let of_string_exn text =
    match of_string text with
    | Some d -> d
    | None -> invalid_arg (Printf.sprintf "Decimal.S%d.of_string_exn: %S" scale text)

  let of_int n =
    let wide = Int64.mul (Int64.of_int n) powers.(scale) in
    if Int64.div wide powers.(scale) = Int64.of_int n then wide else raise Overflow

  let to_float d = Int64.to_float d /. Int64.to_float powers.(scale)
  let equal = Int64.equal
  let compare = Int64.compare

  let add = add_mantissas
  let sub = sub_mantissas
  let neg d = sub 0L d
  let abs d = if d < 0L then neg d else d
  let to_scaled mantissa = { mantissa; scale }

  let of_scaled d =
    match rescale ~scale ~rounding:Down d with
    | exact when equal_scaled exact d -> Some exact.mantissa
    | _ | (exception Overflow) -> None

  let mul ~rounding a b =
    (mul_rounded ~scale ~rounding (to_scaled a) (to_scaled b)).mantissa

  let div ~rounding a b = (div ~scale ~rounding (to_scaled a) (to_scaled b)).mantissa

  let round ~places ~rounding d =
    if places >= scale then d
    else
      let short = rescale ~scale:places ~rounding (to_scaled d) in
      (rescale ~scale ~rounding short).mantissa

  let pp ppf d = Format.pp_print_string ppf (to_string d)
end

module S0 = Make (struct let scale = 0 end)
module S1 = Make (struct let scale = 1 end)
module S2 = Make (struct let scale = 2 end)
module S3 = Make (struct let scale = 3 end)
module S4 = Make (struct let scale = 4 end)
module S5 = Make (struct let scale = 5 end)
module S6 = Make (struct let scale = 6 end)
module S7 = Make (struct let scale = 7 end)
module S8 = Make (struct let scale = 8 end)
module S9 = Make (struct let scale = 9 end)
module S10 = Make (struct let scale = 10 end)
module S11 = Make (struct let scale = 11 end)
module S12 = Make (struct let scale = 12 end)
module S13 = Make (struct let scale = 13 end)
module S14 = Make (struct let scale = 14 end)
module S15 = Make (struct let scale = 15 end)
module S16 = Make (struct let scale = 16 end)
module S17 = Make (struct let scale = 17 end)
module S18 = Make (struct let scale = 18 end)
