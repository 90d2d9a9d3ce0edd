module type S = sig
  type value
  type t

  val of_frame : ?pos:int -> string -> (t, Error.t) result
  val of_frame_exn : ?pos:int -> string -> t
  val owned : t -> value
end

module type MESSAGE = sig
  include Message.S

  module View : S with type value := t
end

type place = { src : string; at : int; there : int; tail : int }
type 'a reader = string -> int -> int -> 'a

module type CODEC = sig
  type t

  val read : t reader
end

let no_such_item = Invalid_argument "View: no such item"

module Items = struct
  type 'a t = {
    src : string;
    tail : int;
    first : int;  (* Where the first item lies. *)
    length : int;
    size : int;  (* Bytes from one item to the next. *)
    read : 'a reader;
  }

  let length t = t.length
  let item t i = t.read t.src t.tail (t.first + (i * t.size))

  let get t i =
    if i < 0 || i >= t.length then raise no_such_item;
    item t i

  let iteri f t =
    for i = 0 to t.length - 1 do
      f i (item t i)
    done

  let iter f t =
    for i = 0 to t.length - 1 do
      f (item t i)
    done

  let fold_left f init t =
    let rec go acc i = if i = t.length then acc else go (f acc (item t i)) (i + 1) in
    go init 0

  let to_array t = Array.init t.length (item t)
  let to_list t = Array.to_list (to_array t)
  let to_seq t = Seq.unfold (fun i -> if i = t.length then None else Some (item t i, i + 1)) 0
end

module Map = struct
  type ('k, 'v) t = {
    keys : 'k Items.t;
    values : 'v Items.t;
    compare : 'k -> 'k -> int;
  }

  let length t = Items.length t.keys
  let get t i = (Items.get t.keys i, Items.get t.values i)

  let find key t =
    (* The key is in [low] to [high - 1], if anywhere. *)
    let rec search low high =
      if low >= high then None
      else
        let middle = (low + high) / 2 in
        let c = t.compare key (Items.item t.keys middle) in
        if c = 0 then Some (Items.item t.values middle)
        else if c < 0 then search low middle
        else search (middle + 1) high
    in
    search 0 (length t)

  let iter f t = Items.iteri (fun i key -> f key (Items.item t.values i)) t.keys
  let to_list t = List.init (length t) (get t)
end

let place { Reader.src; at; there; tail; _ } = { src; at; there; tail } [@@inline]

let owned decode_block { src; at; there; tail } =
  decode_block { Reader.src; at; there; tail; stop = String.length src; next = tail }

let inline src tail at = { src; at; there = max_int; tail }
let start src tail at = tail + Reader.u32 src at
let count src at = Reader.u32 src (at + 4)

let embedded src tail at =
  let start = start src tail at in
  let there = Reader.u32 src start and at = start + Reader.prefix in
  { src; at; there; tail = at + Reader.align_up there 8 }

let embedded_value read src tail at =
  let { src; at; tail; _ } = embedded src tail at in
  read src tail at

let encoded ~block ~size write v =
  let dst = Bytes.create size in
  let writer = Writer.payload dst ~pos:0 ~stop:size ~block in
  write writer dst 0 v;
  Writer.finish writer dst;
  Bytes.unsafe_to_string dst

let of_encoded read src ~block = read src (Reader.align_up block 8) 0
let bytes src tail at = String.sub src (start src tail at) (count src at)
let unknown = bytes

let list src tail at ~size read =
  { Items.src; tail; first = start src tail at; length = count src at; size; read }

let array src tail at ~len ~size read = { Items.src; tail; first = at; length = len; size; read }

let bounded_list src tail at ~max ~first ~size read =
  { Items.src; tail; first = at + first; length = Reader.bounded_count src at ~max; size; read }

let map src tail at ~size ~value ~compare read_key read_value =
  let keys = list src tail at ~size read_key in
  let values = { keys with first = keys.first + value; read = read_value } in
  { Map.keys; values; compare }

let floats src tail at = Floats.view src (start src tail at) ~len:(count src at)

let bounded_floats src at ~max ~first =
  Floats.view src (at + first) ~len:(Reader.bounded_count src at ~max)
