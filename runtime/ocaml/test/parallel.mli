(** Work at once: in domains where OCaml has them, which is from 5 on, else in threads. *)

type 'a t

(** [start f] runs [f]; a domain ends with the last of its threads. *)
val start : (unit -> 'a) -> 'a t

(** [join work] waits for it. What it has raised is raised. *)
val join : 'a t -> 'a

(** [all fs] runs them at once, and waits for all. *)
val all : (unit -> 'a) list -> 'a list
