let per_octave = 32
let octave_log2 = 5
let octaves = 63 - octave_log2

type t = int array

let create () = Array.make (octaves * per_octave) 0

let index_of value =
  let rec shift_of shift = if value lsr shift >= 2 * per_octave then shift_of (shift + 1) else shift in
  if value < per_octave then value
  else
    let shift = shift_of 0 in
    (shift * per_octave) + (value lsr shift)

let lowest_of index =
  if index < per_octave then index
  else
    let shift = (index / per_octave) - 1 in
    (index - (shift * per_octave)) lsl shift

let record t ns =
  let index = index_of (max 0 ns) in
  t.(index) <- t.(index) + 1

let buckets t =
  let counted = List.mapi (fun index count -> (lowest_of index, count)) (Array.to_list t) in
  List.filter (fun (_, count) -> count > 0) counted
