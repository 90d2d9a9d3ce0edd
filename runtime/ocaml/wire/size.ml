let align_up n align = (n + align - 1) land lnot (align - 1)
let string s at = at + String.length s

let list ~align ~size items at =
  match Array.length items with
  | 0 -> at
  | len -> align_up at align + (len * size)

let floats floats at =
  match Floats.length_of floats with
  | 0 -> at
  | len -> align_up at 8 + (8 * len)

let each item items at = Array.fold_left (fun at v -> item v at) at items
let list_of ~align ~size item items at = each item items (list ~align ~size items at)

let map ~align ~size pairs at =
  match List.length pairs with
  | 0 -> at
  | len -> align_up at align + (len * size)

let map_of ~align ~size ~compare pair pairs at =
  let pairs = Pairs.sorted compare pairs in
  List.fold_left (fun at v -> pair v at) (map ~align ~size pairs at) pairs

let option item v at =
  match v with
  | None -> at
  | Some v -> item v at

let embedded payload at = align_up at 8 + 8 + payload
let unknown payload at = align_up at 8 + String.length payload
let payload ~block tail_end = align_up block 8 + align_up tail_end 8
