(* When it is due, and its number. *)
type timer = float * int

module Due = Set.Make (struct
  type t = timer

  let compare = compare
end)

type t = { mutable due : Due.t; mutable count : int }

let create () = { due = Due.empty; count = 0 }

let set t ~at =
  let timer = (at, t.count) in
  t.count <- t.count + 1;
  t.due <- Due.add timer t.due;
  timer

let cancel t timer = t.due <- Due.remove timer t.due
let next t = Option.map fst (Due.min_elt_opt t.due)

let take_due t ~now =
  match Due.min_elt_opt t.due with
  | Some ((at, _) as first) when at <= now ->
      t.due <- Due.remove first t.due;
      Some first
  | Some _ | None -> None

let clear t = t.due <- Due.empty
