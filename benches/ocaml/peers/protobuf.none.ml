(* ocaml-protoc is not installed: nothing to measure. *)

let cases ~trade:_ ~book:_ ~values:_ = []
