let bool = Bool.compare
let int = Int.compare
let i64 = Int64.compare
let string = String.compare
let option = Option.compare

(* Bits decide between zeros, and between NaNs. *)
let f64 a b =
  let c = Float.compare a b in
  if c <> 0 then c else Int64.compare (Int64.bits_of_float a) (Int64.bits_of_float b)

let f32 a b =
  let a = F32.to_bits a and b = F32.to_bits b in
  let c = Float.compare (F32.of_bits a) (F32.of_bits b) in
  if c <> 0 then c else Int32.compare a b

let array compare a b =
  let rec from i =
    if i = Array.length a || i = Array.length b then
      Int.compare (Array.length a) (Array.length b)
    else
      let c = compare a.(i) b.(i) in
      if c <> 0 then c else from (i + 1)
  in
  from 0

let floats a b =
  let rec from i =
    if i = Float.Array.length a || i = Float.Array.length b then
      Int.compare (Float.Array.length a) (Float.Array.length b)
    else
      let c = f64 (Float.Array.get a i) (Float.Array.get b i) in
      if c <> 0 then c else from (i + 1)
  in
  from 0

let map compare compare_values a b =
  let pair (k, v) (k', v') =
    let c = compare k k' in
    if c <> 0 then c else compare_values v v'
  in
  List.compare pair (Pairs.sorted compare a) (Pairs.sorted compare b)
