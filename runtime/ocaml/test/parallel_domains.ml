(* parallel.ml from OCaml 5 on. *)

type 'a t = 'a Domain.t

let start = Domain.spawn
let join = Domain.join
let all fs = List.map join (List.map start fs)
