(* Tests as a list of named checks: `run` says which fail, and how. *)

exception Failed of string

let fail fmt = Printf.ksprintf (fun text -> raise (Failed text)) fmt

let equal show ~expected actual =
  if actual <> expected then fail "expected %s, found %s" (show expected) (show actual)

let string ~expected actual = equal (Printf.sprintf "%S") ~expected actual
let int ~expected actual = equal string_of_int ~expected actual
let is_true what condition = if not condition then fail "not so: %s" what

let describe = function
  | Failed text -> text
  | exn -> "raised " ^ Printexc.to_string exn

let run suite cases =
  let failed (name, check) =
    match check () with
    | () -> false
    | exception exn ->
        Printf.printf "%s, %s: %s\n%!" suite name (describe exn);
        true
  in
  let failures = List.length (List.filter failed cases) in
  Printf.printf "%s: %d of %d checks hold\n%!" suite (List.length cases - failures)
    (List.length cases);
  if failures > 0 then exit 1
