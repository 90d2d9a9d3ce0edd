(** Short texts by words: the bytes of a [string<max>] behind its count. *)

(** Whether they are few words, and whole ones. *)
val are_enough_for : int -> bool

(** [put dst at ~max text] writes [text] and zeros up to [max] bytes; [text] has no more. Whether it is
    ASCII. *)
val put : bytes -> int -> max:int -> string -> bool
