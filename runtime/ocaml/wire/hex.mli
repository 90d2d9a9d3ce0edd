(** Bytes as lower-case hexadecimal digits. *)

(** [of_string "\x0f\xa0"] is ["0fa0"]. *)
val of_string : string -> string

(** [to_string "0fa0"] is [Some "\x0f\xa0"]; [None] where the text has anything but pairs of
    hexadecimal digits. *)
val to_string : string -> string option
