(** Reading a frame in place: checked once, then each field is a load from the string.

    {[
      match Market.Snapshot.View.of_frame frame with
      | Error e -> prerr_endline (Error.to_string e)
      | Ok book ->
          let bids = Market.Snapshot.View.bids book in
          if View.Items.length bids > 0 then
            let best = View.Items.get bids 0 in
            print_endline (Decimal.S8.to_string (Market.Level.View.price best))
    ]}

    A view holds the string that it was made of. Text is copied out of it when it is asked for, lists and
    messages inside are views of their own. *)

(** What the view of every message offers, beside a function for each field. *)
module type S = sig
  (** The message as a record. *)
  type value

  type t

  (** [of_frame s] checks [s] as decoding it would, and takes and refuses the same frames. *)
  val of_frame : ?pos:int -> string -> (t, Error.t) result

  (** As {!of_frame}.
      @raise Error.Error where the bytes are not such a frame. *)
  val of_frame_exn : ?pos:int -> string -> t

  (** [owned t] is the whole message, as decoding its frame gives it. *)
  val owned : t -> value
end

(** A message with its view. *)
module type MESSAGE = sig
  include Message.S

  module View : S with type value := t
end

(** A list in a frame. *)
module Items : sig
  type 'a t

  val length : 'a t -> int

  (** [get t i] is the item at [i].
      @raise Invalid_argument where [i] is not in 0 to [length t - 1]. *)
  val get : 'a t -> int -> 'a

  val iter : ('a -> unit) -> 'a t -> unit
  val iteri : (int -> 'a -> unit) -> 'a t -> unit
  val fold_left : ('b -> 'a -> 'b) -> 'b -> 'a t -> 'b
  val to_array : 'a t -> 'a array
  val to_list : 'a t -> 'a list
  val to_seq : 'a t -> 'a Seq.t
end

(** A map in a frame, ascending by key. *)
module Map : sig
  type ('k, 'v) t

  val length : ('k, 'v) t -> int

  (** [get t i] is the pair at [i].
      @raise Invalid_argument where [i] is not in 0 to [length t - 1]. *)
  val get : ('k, 'v) t -> int -> 'k * 'v

  (** [find key t] looks for the key by halves. *)
  val find : 'k -> ('k, 'v) t -> 'v option

  val iter : ('k -> 'v -> unit) -> ('k, 'v) t -> unit
  val to_list : ('k, 'v) t -> ('k * 'v) list
end

(** {1 For generated modules} *)

(** Where a block or struct lies that has been checked. *)
type place = {
  src : string;
  at : int;  (** Where it starts. *)
  there : int;  (** Bytes of the block that are there. *)
  tail : int;  (** Where its references count from. *)
}

(** Makes a view of what lies inline at a place, given the string, its tail and the place. *)
type 'a reader = string -> int -> int -> 'a

module type CODEC = sig
  type t

  (** Reads the inline form; that of a message is a reference. *)
  val read : t reader
end

(** The place of a payload that has been checked. *)
val place : Reader.t -> place

(** [owned decode_block place] is the message of a place. *)
val owned : (Reader.t -> 'a) -> place -> 'a

(** The place of a struct. *)
val inline : place reader

(** The place of the message that a reference points to. *)
val embedded : place reader

(** [embedded_value read src tail at] reads the arm of an open union that is no message. *)
val embedded_value : 'a reader -> 'a reader

(** The payload of an arm that is not known, with its prefix. *)
val unknown : string reader

(** [encoded ~block ~size write v] is the payload of a default, which {!of_encoded} reads. *)
val encoded : block:int -> size:int -> (Writer.t -> bytes -> int -> 'a -> unit) -> 'a -> string

val of_encoded : 'a reader -> string -> block:int -> 'a
val bytes : string reader
val list : string -> int -> int -> size:int -> 'a reader -> 'a Items.t
val array : string -> int -> int -> len:int -> size:int -> 'a reader -> 'a Items.t

val bounded_list :
  string -> int -> int -> max:int -> first:int -> size:int -> 'a reader -> 'a Items.t

(** [map src tail at ~size ~value ~compare read_key read_value]: values lie [value] bytes behind their
    keys. *)
val map :
  string ->
  int ->
  int ->
  size:int ->
  value:int ->
  compare:('k -> 'k -> int) ->
  'k reader ->
  'v reader ->
  ('k, 'v) Map.t

val floats : Floats.t reader
val bounded_floats : string -> int -> max:int -> first:int -> Floats.t
