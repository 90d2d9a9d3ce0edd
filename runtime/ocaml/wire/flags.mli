(** Sets of named bits.

    {[
      let flags = TradeFlags.(union buyer_is_maker liquidation) in
      TradeFlags.mem TradeFlags.liquidation flags   (* true *)
    ]}

    Bits without a name are kept: a newer sender may know what they mean. *)

module type S = sig
  type t

  (** Integer that carries the bits. *)
  type bits

  val empty : t
  val is_empty : t -> bool

  (** [mem a b] is whether all bits of [a] are in [b]. *)
  val mem : t -> t -> bool

  val union : t -> t -> t
  val inter : t -> t -> t

  (** [diff a b] is [a] without the bits of [b]. *)
  val diff : t -> t -> t

  (** [of_list [a; b]] is [union a b]. *)
  val of_list : t list -> t

  (** [of_bits (to_bits s)] is [s]. *)
  val of_bits : bits -> t

  val to_bits : t -> bits
  val equal : t -> t -> bool

  (** By the bits, as a number without a sign. *)
  val compare : t -> t -> int
end

(** Sets of up to 32 bits. *)
module Small : S with type t = int and type bits = int

(** Sets of up to 64 bits. *)
module Large : S with type t = U64.t and type bits = U64.t

(** [names table s] is the names of [table] whose bits are in [s], and the bits that have none:
    for generated modules. *)
val names : (string * U64.t) list -> U64.t -> string list * U64.t

(** [small bits] are the bits as a wide number. *)
val small : int -> U64.t
