(** Whether bytes are text. *)

(** [is_valid s ~pos ~len] is whether those bytes are UTF-8: no surrogates, no overlong forms,
    nothing above U+10FFFF. The range must lie in [s]. *)
val is_valid : string -> pos:int -> len:int -> bool
