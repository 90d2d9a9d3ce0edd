let digit n = "0123456789abcdef".[n]

let of_string raw =
  String.init
    (2 * String.length raw)
    (fun i ->
      let byte = Char.code raw.[i / 2] in
      digit (if i land 1 = 0 then byte lsr 4 else byte land 15))

let value = function
  | '0' .. '9' as c -> Char.code c - Char.code '0'
  | 'a' .. 'f' as c -> Char.code c - Char.code 'a' + 10
  | 'A' .. 'F' as c -> Char.code c - Char.code 'A' + 10
  | _ -> -1

let to_string text =
  let length = String.length text in
  let rec valid i = i = length || (value text.[i] >= 0 && valid (i + 1)) in
  if length land 1 = 1 || not (valid 0) then None
  else
    let byte i = (value text.[2 * i] lsl 4) lor value text.[(2 * i) + 1] in
    Some (String.init (length / 2) (fun i -> Char.chr (byte i)))
