module Due = Set.Make (struct
  type t = float * int

  let compare = compare
end)

type timer = int
type t = { mutable due : Due.t; mutable count : int }

let create () = { due = Due.empty; count = 0 }

let set t ~at =
  let timer = t.count in
  t.count <- timer + 1;
  t.due <- Due.add (at, timer) t.due;
  timer

let cancel t timer = t.due <- Due.filter (fun (_, set) -> set <> timer) t.due
let next t = Option.map fst (Due.min_elt_opt t.due)

let take_due t ~now =
  match Due.min_elt_opt t.due with
  | Some ((at, timer) as first) when at <= now ->
      t.due <- Due.remove first t.due;
      Some timer
  | Some _ | None -> None

let clear t = t.due <- Due.empty
