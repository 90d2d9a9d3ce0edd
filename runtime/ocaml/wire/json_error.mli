(** Why JSON is not a value.

    {[
      $.bids[3].price: expected a decimal with at most 8 places in a string, such as "1.5", found
      the string "1.234567891"
    ]} *)

type t = {
  path : string;  (** Where, from the message down: ["$.bids[3].price"]. *)
  expected : string;  (** What is taken there. *)
  found : string;  (** What is there. *)
}

(** Raised inside readers; [of_json] gives a result. *)
exception Error of t

(** [to_string e] is one line: ["PATH: expected …, found …"]. *)
val to_string : t -> string

val pp : Format.formatter -> t -> unit

(** [catch f x] is [Ok (f x)], or [Error e] where [f x] raises {!exception-Error}[ e]. *)
val catch : ('a -> 'b) -> 'a -> ('b, t) result
