type t = { hi : U128.t; lo : U128.t }

let zero = { hi = U128.zero; lo = U128.zero }
let max_value = { hi = U128.max_value; lo = U128.max_value }
let of_u128 lo = { hi = U128.zero; lo }
let of_u64 u = of_u128 (U128.of_u64 u)
let of_int n = of_u128 (U128.of_int n)

let of_words words =
  {
    hi = { U128.hi = words.(0); lo = words.(1) };
    lo = { U128.hi = words.(2); lo = words.(3) };
  }

let to_words { hi; lo } = [| hi.U128.hi; hi.U128.lo; lo.U128.hi; lo.U128.lo |]
let of_string text = Option.map of_words (Limbs.of_string ~words:4 text)
let to_string u = Limbs.to_string (to_words u)

let of_string_exn text =
  match of_string text with
  | Some u -> u
  | None -> invalid_arg (Printf.sprintf "U256.of_string_exn: %S" text)

let of_be_bytes raw =
  if String.length raw <> 32 then None
  else Some (of_words (Array.init 4 (fun i -> String.get_int64_be raw (8 * i))))

let to_be_bytes u =
  let raw = Bytes.create 32 in
  Array.iteri (fun i word -> Bytes.set_int64_be raw (8 * i) word) (to_words u);
  Bytes.unsafe_to_string raw

let equal a b = U128.equal a.hi b.hi && U128.equal a.lo b.lo

let compare a b =
  let c = U128.compare a.hi b.hi in
  if c <> 0 then c else U128.compare a.lo b.lo

let pp ppf u = Format.pp_print_string ppf (to_string u)
