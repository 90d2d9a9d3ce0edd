(** What every generated message module offers, and how its frames are read and written. *)

(** A message type. Generated modules have this and more: a record type, [make], field types.

    Equations, for each value [v] that its fields can hold:
    - [of_frame (to_frame v) = Ok v], and [of_frame_exn] the same without [Ok];
    - [String.length (to_frame v) = size v];
    - [equal a b = (to_frame a = to_frame b)]. *)
module type S = sig
  type t

  (** Name with the package, ["market.Trade"]. *)
  val name : string

  (** Type id in the frame header. *)
  val type_id : int

  (** Topic of its own. *)
  val topic : string

  (** Digest of all facts that the type reaches, [myc1:] and 64 hexadecimal digits. *)
  val digest : string

  (** Digests of released versions that it still talks with, oldest first. *)
  val ancestors : string list

  (** Bytes of the frame that a value makes.
      @raise Error.Error of kind [Range] where a frame cannot hold it. *)
  val size : t -> int

  (** [encode_into v dst ~pos] writes the frame of [v] and gives the position behind it. [channel]
      and [sequence] are 0 where they are not given.
      @raise Error.Error where a field cannot hold its value: of kind [Range], or of kind
      [Out_of_range], [Len] or [Key_order], as decoding would say.
      @raise Invalid_argument where [dst] has not {!size}[ v] bytes from [pos] on. *)
  val encode_into : ?channel:int -> ?sequence:int -> t -> bytes -> pos:int -> int

  (** [to_frame v] is the frame of [v] on channel 0 with sequence 0.
      @raise Error.Error where a field cannot hold its value, as {!encode_into}. *)
  val to_frame : t -> string

  (** [of_frame s] is the value in [s], which holds exactly one frame. [of_frame ~pos s] is the one
      in the frame that starts at [pos], whatever stands behind it. *)
  val of_frame : ?pos:int -> string -> (t, Error.t) result

  (** As {!of_frame}.
      @raise Error.Error where the bytes are not such a frame. *)
  val of_frame_exn : ?pos:int -> string -> t

  include Value.S with type t := t
end

(** [of_frame_strict (module M) s] is [M.of_frame s], but an error of kind [Not_canonical] where
    encoding the value again gives other bytes: padding that is not zero, a block of another
    version. *)
val of_frame_strict : (module S with type t = 'a) -> string -> ('a, Error.t) result

(** {1 For generated modules} *)

(** [reader ?pos src ~type_id] reads the payload of a frame, once what can be told without knowing the
    type's fields has been checked. *)
val reader : ?pos:int -> string -> type_id:int -> Reader.t

(** [header ?channel ?sequence dst ~pos ~type_id ~block ~size] writes the header of a frame of [size]
    bytes, for which [dst] must have room, and gives where its payload starts. *)
val header :
  ?channel:int ->
  ?sequence:int ->
  bytes ->
  pos:int ->
  type_id:int ->
  block:int ->
  size:int ->
  int

(** [room size] is room for a frame. *)
external room : int -> bytes = "caml_create_bytes"

(** [whole dst stop] is the frame that was written to [dst] up to [stop], its end. *)
val whole : bytes -> int -> string

(** [frame_size ~name ~block tail_end] is the size of a frame.
    @raise Error.Error of kind [Range] where a frame cannot be that long. *)
val frame_size : name:string -> block:int -> int -> int
