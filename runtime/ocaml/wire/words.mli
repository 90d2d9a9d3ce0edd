(** Short texts by words: the bytes of a [string<max>] behind its count. *)

(** Whether they are few words, and whole ones. *)
val are_enough_for : int -> bool

(** [put dst at ~max text ~len] writes [text], of [len] bytes, and zeros up to [max], which are no fewer.
    Whether it is ASCII. *)
val put : bytes -> int -> max:int -> string -> len:int -> bool

(** {1 Reading}

    [at] is where the text lies, which has [len] bytes. Whole words are read, so that there must be as many
    bytes there as all of them have. *)

(** The bytes of a text that are no whole word, which the others take. *)
val ending : string -> int -> len:int -> int64

val are_ascii : string -> int -> len:int -> ending:int64 -> bool
val sub : string -> int -> len:int -> ending:int64 -> string
