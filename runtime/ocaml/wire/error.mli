(** Why bytes are not a value, or a value has no bytes.

    {[
      match Market.Trade.of_frame bytes with
      | Ok trade -> use trade
      | Error e -> prerr_endline (Error.to_string e)
          (* market.Trade.side: 7 is no member of this closed enum (at byte 58) *)
    ]} *)

(** What is wrong. The names are the same in every language of Mycelium. *)
type kind =
  | Truncated  (** The input ends too early. *)
  | Length  (** The header's length is not a multiple of 8. *)
  | Type_id  (** A frame of another type. *)
  | Block  (** The block does not fit its payload. *)
  | Bool  (** A bool that is neither 0 nor 1. *)
  | Presence  (** A presence byte that is neither 0 nor 1. *)
  | Utf8  (** Text that is not UTF-8. *)
  | Enum  (** A value that a closed enum does not name. *)
  | Tag  (** A tag that a closed union does not name, or no tag. *)
  | Count  (** More items than the bound allows. *)
  | Reference
      (** A reference that does not point to the next item of the tail, or past its end. *)
  | Missing  (** A required field that the sender's block does not reach. *)
  | Trailing  (** Bytes behind the last item of the tail, or behind the frame. *)
  | Not_canonical
      (** Not the one form that encoding gives; found by strict decoding only. *)
  | Range  (** A value that its field cannot hold; found by encoding only. *)
  | Out_of_range  (** A number outside the [@range] of its field. *)
  | Len  (** Fewer or more bytes, items or pairs than the [@len] of the field allows. *)
  | Key_order
      (** A key of a map that is not above the one before it; in encoding, one that is there
          twice. *)

type t = {
  kind : kind;
  offset : int;  (** Where in the string; 0 where encoding found it. *)
  field : string;  (** Innermost field, ["market.Trade.side"], or [""] outside of any. *)
  detail : string;  (** What was expected and what was found, for a person. *)
}

(** What the [_exn] functions raise, and [to_frame] for a value that its fields cannot hold.
    Nothing else is raised on account of bytes or values. *)
exception Error of t

(** [kind_name Type_id] is ["type_id"]. *)
val kind_name : kind -> string

(** [to_string e] is one line: field, detail and place. *)
val to_string : t -> string

val pp : Format.formatter -> t -> unit

(** [failure kind ~offset ~field detail] is {!exception-Error} of it, not raised. What is called to say what is wrong
    comes back from a function that is never inlined, and is raised where the test is: so the way of good
    bytes makes no call, and keeps its values in registers. *)
val failure : kind -> offset:int -> field:string -> string -> exn

(** [fail kind ~offset ~field detail] raises {!exception-Error}. *)
val fail : kind -> offset:int -> field:string -> string -> 'a

(** [range ~field detail] is [fail Range ~offset:0 ~field detail]. *)
val range : field:string -> string -> 'a

(** [catch f x] is [Ok (f x)], or [Error e] where [f x] raises {!exception-Error}[ e]. *)
val catch : ('a -> 'b) -> 'a -> ('b, t) result
