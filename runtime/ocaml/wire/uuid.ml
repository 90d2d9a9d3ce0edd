type t = string

let size = 16
let nil = String.make size '\000'
let max = String.make size '\255'
let of_bytes raw = if String.length raw = size then Some raw else None
let to_bytes u = u
let sub src at = String.sub src at size

(* Bytes of each group of digits. *)
let groups = [ (0, 4); (4, 2); (6, 2); (8, 2); (10, 6) ]

let to_string u =
  String.concat "-" (List.map (fun (at, length) -> Hex.of_string (String.sub u at length)) groups)

let of_string text =
  let is_hyphen i = i = 8 || i = 13 || i = 18 || i = 23 in
  let rec is_grouped i = i = 36 || ((text.[i] = '-') = is_hyphen i && is_grouped (i + 1)) in
  if String.length text <> 36 || not (is_grouped 0) then None
  else Hex.to_string (String.concat "" (String.split_on_char '-' text))

let of_string_exn text =
  match of_string text with
  | Some u -> u
  | None -> invalid_arg (Printf.sprintf "Uuid.of_string_exn: %S" text)

let equal = String.equal
let compare = String.compare
let hash (u : t) = Hashtbl.hash u
let pp ppf u = Format.pp_print_string ppf (to_string u)
