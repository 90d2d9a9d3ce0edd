(* parallel.ml of OCaml 4. *)

type 'a t = { thread : Thread.t; outcome : ('a, exn) result option ref }

let start f =
  let outcome = ref None in
  let run () =
    outcome :=
      Some
        (match f () with
        | value -> Ok value
        | exception exn -> Error exn)
  in
  { thread = Thread.create run (); outcome }

let join { thread; outcome } =
  Thread.join thread;
  match Option.get !outcome with
  | Ok value -> value
  | Error exn -> raise exn

let all fs = List.map join (List.map start fs)
