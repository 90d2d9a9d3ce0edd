type t = { mantissa : int64; scale : int }

exception Overflow

let max_scale = 18

let powers =
  let table = Array.make (max_scale + 1) 1L in
  for i = 1 to max_scale do
    table.(i) <- Int64.mul 10L table.(i - 1)
  done;
  table

let to_string { mantissa; scale } =
  let sign = if mantissa < 0L then "-" else "" in
  (* Read without a sign, so that the smallest value has a magnitude. *)
  let magnitude = if mantissa < 0L then Int64.neg mantissa else mantissa in
  if scale = 0 then Printf.sprintf "%s%Lu" sign magnitude
  else
    let whole = Int64.unsigned_div magnitude powers.(scale) in
    let part = Int64.unsigned_rem magnitude powers.(scale) in
    Printf.sprintf "%s%Lu.%0*Lu" sign whole scale part

(* [digits] as a mantissa; the sign is applied first, so that the smallest value can be read. *)
let signed_mantissa ~negative digits =
  Option.bind (U64.of_string digits) (fun magnitude ->
      let bits = U64.to_bits magnitude in
      if negative && Int64.unsigned_compare bits Int64.min_int <= 0 then Some (Int64.neg bits)
      else if (not negative) && bits >= 0L then Some bits
      else None)

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

  (* Overflow shows in the sign: both operands have one that the result has not. *)
  let add a b =
    let sum = Int64.add a b in
    if Int64.logand (Int64.logxor sum a) (Int64.logxor sum b) < 0L then raise Overflow else sum

  let sub a b =
    let difference = Int64.sub a b in
    if Int64.logand (Int64.logxor a b) (Int64.logxor a difference) < 0L then raise Overflow
    else difference

  let neg d = sub 0L d
  let abs d = if d < 0L then neg d else d
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
