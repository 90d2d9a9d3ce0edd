(* FIPS 180-4, with 32-bit words in OCaml's 63-bit integers: sums are cut to 32 bits once, where they
   are kept, and [rotr] wants its word cut already. *)

let block_bytes = 64
let mask = 0xffffffff

type t = {
  state : int array;  (** eight words *)
  words : int array;  (** the message schedule, 64 words, used again for each block *)
  partial : Bytes.t;  (** a block that is not yet full *)
  mutable filled : int;  (** bytes of [partial] in use, below 64 *)
  mutable length : int;  (** bytes added in all *)
}

let constants =
  [| 0x428a2f98; 0x71374491; 0xb5c0fbcf; 0xe9b5dba5; 0x3956c25b; 0x59f111f1; 0x923f82a4; 0xab1c5ed5;
     0xd807aa98; 0x12835b01; 0x243185be; 0x550c7dc3; 0x72be5d74; 0x80deb1fe; 0x9bdc06a7; 0xc19bf174;
     0xe49b69c1; 0xefbe4786; 0x0fc19dc6; 0x240ca1cc; 0x2de92c6f; 0x4a7484aa; 0x5cb0a9dc; 0x76f988da;
     0x983e5152; 0xa831c66d; 0xb00327c8; 0xbf597fc7; 0xc6e00bf3; 0xd5a79147; 0x06ca6351; 0x14292967;
     0x27b70a85; 0x2e1b2138; 0x4d2c6dfc; 0x53380d13; 0x650a7354; 0x766a0abb; 0x81c2c92e; 0x92722c85;
     0xa2bfe8a1; 0xa81a664b; 0xc24b8b70; 0xc76c51a3; 0xd192e819; 0xd6990624; 0xf40e3585; 0x106aa070;
     0x19a4c116; 0x1e376c08; 0x2748774c; 0x34b0bcb5; 0x391c0cb3; 0x4ed8aa4a; 0x5b9cca4f; 0x682e6ff3;
     0x748f82ee; 0x78a5636f; 0x84c87814; 0x8cc70208; 0x90befffa; 0xa4506ceb; 0xbef9a3f7; 0xc67178f2 |]
  [@@ocamlformat "disable"]

let start =
  [| 0x6a09e667; 0xbb67ae85; 0x3c6ef372; 0xa54ff53a; 0x510e527f; 0x9b05688c; 0x1f83d9ab; 0x5be0cd19 |]
  [@@ocamlformat "disable"]

let create () =
  {
    state = Array.copy start;
    words = Array.make 64 0;
    partial = Bytes.create block_bytes;
    filled = 0;
    length = 0;
  }

let copy t =
  { t with state = Array.copy t.state; words = Array.copy t.words; partial = Bytes.copy t.partial }

let[@inline] rotr word by = ((word lsr by) lor (word lsl (32 - by))) land mask

let fill_schedule w text pos =
  for i = 0 to 15 do
    w.(i) <- Int32.to_int (String.get_int32_be text (pos + (i * 4))) land mask
  done;
  for i = 16 to 63 do
    let a = w.(i - 15) and b = w.(i - 2) in
    let s0 = rotr a 7 lxor rotr a 18 lxor (a lsr 3) in
    let s1 = rotr b 17 lxor rotr b 19 lxor (b lsr 10) in
    w.(i) <- (w.(i - 16) + s0 + w.(i - 7) + s1) land mask
  done

let compress t text pos =
  let w = t.words and h = t.state in
  fill_schedule w text pos;
  let rec rounds i a b c d e f g last =
    if i = 64 then (
      h.(0) <- (h.(0) + a) land mask;
      h.(1) <- (h.(1) + b) land mask;
      h.(2) <- (h.(2) + c) land mask;
      h.(3) <- (h.(3) + d) land mask;
      h.(4) <- (h.(4) + e) land mask;
      h.(5) <- (h.(5) + f) land mask;
      h.(6) <- (h.(6) + g) land mask;
      h.(7) <- (h.(7) + last) land mask)
    else
      let s1 = rotr e 6 lxor rotr e 11 lxor rotr e 25 in
      let choice = e land f lxor (lnot e land g) in
      let t1 = last + s1 + choice + constants.(i) + w.(i) in
      let s0 = rotr a 2 lxor rotr a 13 lxor rotr a 22 in
      let majority = a land b lxor (a land c) lxor (b land c) in
      rounds (i + 1) ((t1 + s0 + majority) land mask) a b c ((d + t1) land mask) e f g
  in
  rounds 0 h.(0) h.(1) h.(2) h.(3) h.(4) h.(5) h.(6) h.(7)

let add t text =
  let total = String.length text in
  t.length <- t.length + total;
  let rec whole_blocks pos =
    if total - pos >= block_bytes then (
      compress t text pos;
      whole_blocks (pos + block_bytes))
    else pos
  in
  let taken = if t.filled = 0 then 0 else min total (block_bytes - t.filled) in
  Bytes.blit_string text 0 t.partial t.filled taken;
  t.filled <- t.filled + taken;
  if t.filled = block_bytes then (
    compress t (Bytes.unsafe_to_string t.partial) 0;
    t.filled <- 0);
  if t.filled = 0 then (
    let rest = whole_blocks taken in
    Bytes.blit_string text rest t.partial 0 (total - rest);
    t.filled <- total - rest)

(* One bit, zeros up to 8 bytes before the end of a block, the length in bits. *)
let padding t =
  let zeros = (block_bytes - ((t.length + 9) mod block_bytes)) mod block_bytes in
  let padding = Bytes.make (1 + zeros + 8) '\000' in
  Bytes.set padding 0 '\x80';
  Bytes.set_int64_be padding (1 + zeros) (Int64.of_int (t.length * 8));
  Bytes.to_string padding

let to_hex t =
  let last = copy t in
  add last (padding t);
  String.concat "" (List.map (Printf.sprintf "%08x") (Array.to_list last.state))
