type t = { hi : int64; lo : int64 }

let zero = { hi = 0L; lo = 0L }
let min_value = { hi = Int64.min_int; lo = 0L }
let max_value = { hi = Int64.max_int; lo = -1L }
let of_int64 i = { hi = Int64.shift_right i 63; lo = i }
let of_int n = of_int64 (Int64.of_int n)
let equal a b = Int64.equal a.hi b.hi && Int64.equal a.lo b.lo

let compare a b =
  let c = Int64.compare a.hi b.hi in
  if c <> 0 then c else Int64.unsigned_compare a.lo b.lo

let neg { hi; lo } =
  let lo = Int64.neg lo in
  let hi = Int64.lognot hi in
  { hi = (if lo = 0L then Int64.succ hi else hi); lo }

let to_string i =
  if i.hi >= 0L then Limbs.to_string [| i.hi; i.lo |]
  else
    (* The magnitude of [min_value] is its own bits, read without a sign. *)
    let { hi; lo } = neg i in
    "-" ^ Limbs.to_string [| hi; lo |]

let of_magnitude ~negative words =
  let hi = words.(0) and lo = words.(1) in
  let value = if negative then neg { hi; lo } else { hi; lo } in
  let is_zero = hi = 0L && lo = 0L in
  if is_zero || value.hi < 0L = negative then Some value else None

let of_string text =
  let negative = text <> "" && text.[0] = '-' in
  let start = if negative then 1 else 0 in
  let digits = String.sub text start (String.length text - start) in
  Option.bind (Limbs.of_string ~words:2 digits) (of_magnitude ~negative)

let pp ppf i = Format.pp_print_string ppf (to_string i)
