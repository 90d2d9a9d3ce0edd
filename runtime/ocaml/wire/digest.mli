(** Digests of types: 32 bytes, shown as [myc1:] and 64 hexadecimal digits.

    Generated modules carry theirs in the shown form. *)

(** [of_bytes raw] is the shown form of 32 bytes.
    @raise Invalid_argument where [raw] has another length. *)
val of_bytes : string -> string

(** [to_bytes digest] is the 32 bytes behind the shown form; [None] for any other text.
    [to_bytes (of_bytes raw)] is [Some raw]. *)
val to_bytes : string -> string option
