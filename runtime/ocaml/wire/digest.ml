let prefix = "myc1:"

let of_bytes raw =
  if String.length raw <> 32 then
    invalid_arg (Printf.sprintf "Digest.of_bytes: %d bytes, not 32" (String.length raw));
  prefix ^ Hex.of_string raw

let to_bytes digest =
  let start = String.length prefix in
  if String.length digest = start + 64 && String.sub digest 0 start = prefix then
    Hex.to_string (String.sub digest start 64)
  else None
