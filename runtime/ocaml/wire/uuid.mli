(** UUIDs (RFC 9562) of any version: 16 bytes, in the order in which they are written.

    {[
      let order = Uuid.of_string_exn "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" in
      Uuid.to_string order                  (* "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" *)
    ]} *)

type t

(** Zeros. *)
val nil : t

(** Ones. *)
val max : t

(** The UUID with these 16 bytes; [None] where there are not 16. *)
val of_bytes : string -> t option

(** [of_bytes (to_bytes u)] is [Some u]. *)
val to_bytes : t -> string

(** [sub src at] is the UUID whose bytes start at [at].
    @raise Invalid_argument where [src] ends before them. *)
val sub : string -> int -> t

(** Hexadecimal digits of either case in groups of 8, 4, 4, 4 and 12 with hyphens between them;
    [None] for any other text. *)
val of_string : string -> t option

(** @raise Invalid_argument where {!of_string} gives [None]. *)
val of_string_exn : string -> t

(** In lower case. *)
val to_string : t -> string

val equal : t -> t -> bool

(** By the bytes: UUIDs of version 7 are in order of time. *)
val compare : t -> t -> int

val hash : t -> int
val pp : Format.formatter -> t -> unit
