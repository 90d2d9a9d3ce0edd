module type S = sig
  type t
  type bits

  val empty : t
  val is_empty : t -> bool
  val mem : t -> t -> bool
  val union : t -> t -> t
  val inter : t -> t -> t
  val diff : t -> t -> t
  val of_list : t list -> t
  val of_bits : bits -> t
  val to_bits : t -> bits
  val equal : t -> t -> bool
  val compare : t -> t -> int
end

module Small = struct
  type t = int
  type bits = int

  let empty = 0
  let is_empty s = s = 0
  let mem a b = a land b = a
  let union a b = a lor b
  let inter a b = a land b
  let diff a b = a land lnot b
  let of_list = List.fold_left union empty
  let of_bits bits = bits
  let to_bits s = s
  let equal = Int.equal
  let compare = Int.compare
end

module Large = struct
  type t = U64.t
  type bits = U64.t

  let empty = U64.zero
  let equal = U64.equal
  let is_empty s = equal s empty
  let mem a b = equal (U64.logand a b) a
  let union = U64.logor
  let inter = U64.logand
  let diff a b = U64.logand a (U64.lognot b)
  let of_list = List.fold_left union empty
  let of_bits bits = bits
  let to_bits s = s
  let compare = U64.compare
end

let names table s =
  let present = List.filter (fun (_, bit) -> Large.mem bit s) table in
  let unknown = List.fold_left (fun rest (_, bit) -> Large.diff rest bit) s table in
  (List.map fst present, unknown)

let small bits = U64.of_bits (Int64.of_int bits)
