(** Wide magnitudes in decimal: what {!U128}, {!I128} and {!U256} share.

    A number is its words of 64 bits, the most significant first, read without a sign. *)

(** [to_string words] is the decimal form. *)
val to_string : int64 array -> string

(** [of_string ~words digits] is the number in so many words; [None] where [digits] is empty, holds
    anything but decimal digits, or needs more words. *)
val of_string : words:int -> string -> int64 array option
