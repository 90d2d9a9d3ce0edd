let bool = Bool.equal
let int = Int.equal
let i64 = Int64.equal
let string = String.equal
let f32 a b = Int32.equal (F32.to_bits a) (F32.to_bits b)
let f64 a b = Int64.equal (Int64.bits_of_float a) (Int64.bits_of_float b)
let option = Option.equal

let array equal a b =
  let rec from i = i = Array.length a || (equal a.(i) b.(i) && from (i + 1)) in
  Array.length a = Array.length b && from 0

let floats a b =
  let rec from i =
    i = Float.Array.length a || (f64 (Float.Array.get a i) (Float.Array.get b i) && from (i + 1))
  in
  Float.Array.length a = Float.Array.length b && from 0

let map compare equal a b =
  let pair (k, v) (k', v') = compare k k' = 0 && equal v v' in
  List.equal pair (Pairs.sorted compare a) (Pairs.sorted compare b)
