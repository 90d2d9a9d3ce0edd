(** Doubles in the bytes of a string, read in place; and [floatarray]s as bytes.

    {[
      let samples = Scan.View.samples view in
      let largest = ref neg_infinity in
      for i = 0 to Floats.length samples - 1 do
        largest := Float.max !largest (Floats.get samples i)
      done
    ]} *)

(** A list of doubles that is not copied out of the frame it came in. *)
type t

val length : t -> int

(** [get t i] is the item at [i].
    @raise Invalid_argument where [i] is not in 0 to [length t - 1]. *)
val get : t -> int -> float

val iter : (float -> unit) -> t -> unit
val fold_left : ('a -> float -> 'a) -> 'a -> t -> 'a

(** [sum t] adds the items up, in order. *)
val sum : t -> float

(** [to_floatarray t] is a copy of its own. *)
val to_floatarray : t -> floatarray

(** [blit t ~pos dst ~dst_pos ~len] copies [len] items, beginning with that at [pos], to [dst], beginning
    at [dst_pos].
    @raise Invalid_argument where there are no such items, or no such places. *)
val blit : t -> pos:int -> floatarray -> dst_pos:int -> len:int -> unit

(** {1 For generated modules}

    Positions are in bytes, and not checked. *)

(** [view src at ~len] is the [len] doubles from [at] on. Where [at] is no multiple of 8 they are copied. *)
val view : string -> int -> len:int -> t

(** [get_double src at] is the double at [at]. *)
val get_double : string -> int -> float

(** [set_double dst at v] writes the double [v] at [at]. *)
val set_double : bytes -> int -> float -> unit

(** [read src at ~len] is a copy of the [len] doubles from [at] on. *)
val read : string -> int -> len:int -> floatarray

(** [write dst at floats] writes them from [at] on. *)
val write : bytes -> int -> floatarray -> unit

val empty : floatarray
val length_of : floatarray -> int
val of_list : float list -> floatarray
