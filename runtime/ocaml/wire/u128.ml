type t = { hi : int64; lo : int64 }

let zero = { hi = 0L; lo = 0L }
let max_value = { hi = -1L; lo = -1L }
let of_u64 u = { hi = 0L; lo = U64.to_bits u }
let of_int n = of_u64 (U64.of_int n)

let of_string text =
  Option.map (fun words -> { hi = words.(0); lo = words.(1) }) (Limbs.of_string ~words:2 text)

let to_string { hi; lo } = Limbs.to_string [| hi; lo |]
let equal a b = Int64.equal a.hi b.hi && Int64.equal a.lo b.lo

let compare a b =
  let c = Int64.unsigned_compare a.hi b.hi in
  if c <> 0 then c else Int64.unsigned_compare a.lo b.lo

let pp ppf u = Format.pp_print_string ppf (to_string u)
