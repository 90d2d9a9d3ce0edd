(** What a field is held to beyond its type: [@range], [@len] and [@nonempty], for generated
    modules. *)

type 'a t

(** [range "0 to 100" keeps] holds a number to what [keeps] accepts. *)
val range : string -> ('a -> bool) -> 'a t

(** [len ~min ~max count] holds bytes, items or pairs, counted by [count], to a number between the
    two, both included. *)
val len : ?min:int -> ?max:int -> ('a -> int) -> 'a t

val keeps : 'a t -> 'a -> bool

(** In words that finish "expected …". *)
val wanted : 'a t -> string

(** [check rule v ~at ~field] fails with {!Error.type-kind} [Out_of_range] or [Len] at offset [at] where
    [v] is not kept; [at] is 0 where [v] does not come from bytes. *)
val check : 'a t -> 'a -> at:int -> field:string -> unit

(** [check_option rule v] accepts [None]. *)
val check_option : 'a t -> 'a option -> at:int -> field:string -> unit
