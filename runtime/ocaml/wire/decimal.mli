(** Exact decimal numbers: an [int64] mantissa in units of 10{^-scale}.

    A field of type [decimal<8>] is a {!S8.t}: its scale belongs to its type, so that prices of
    different scales are not mixed by mistake.

    {[
      let price = Decimal.S8.of_string_exn "61250.5" in
      Decimal.S8.to_string price            (* "61250.50000000" *)
    ]} *)

(** A mantissa beside its scale, where the scale is known at run time only. *)
type t = { mantissa : int64; scale : int }

(** [to_string { mantissa = 150L; scale = 2 }] is ["1.50"]: always [scale] places. *)
val to_string : t -> string

(** [of_string ~scale:2 "1.5"] is [Some { mantissa = 150L; scale = 2 }]. [None] where the text is
    no decimal number, needs more than [scale] places, or is out of range. *)
val of_string : scale:int -> string -> t option

val pp : Format.formatter -> t -> unit

(** Raised by arithmetic whose result does not fit 64 bits. *)
exception Overflow

(** Decimals of one scale. *)
module type S = sig
  type t = private int64

  (** Decimal places, 0 to 18. *)
  val scale : int

  val zero : t

  (** [of_mantissa m] is [m * 10{^-scale}]. *)
  external of_mantissa : int64 -> t = "%identity"

  (** [mantissa (of_mantissa m)] is [m]. *)
  external mantissa : t -> int64 = "%identity"

  (** [of_string "1.5"] is exact: [None] where the text is no decimal number, needs more than
      {!scale} places, or is out of range. *)
  val of_string : string -> t option

  (** @raise Invalid_argument where {!of_string} gives [None]. *)
  val of_string_exn : string -> t

  (** Always {!scale} places: ["1.50000000"] at scale 8. *)
  val to_string : t -> string

  (** [of_int n] is [n].
      @raise Overflow where it does not fit. *)
  val of_int : int -> t

  (** The nearest float. *)
  val to_float : t -> float

  val equal : t -> t -> bool
  val compare : t -> t -> int

  (** @raise Overflow where the sum does not fit. *)
  val add : t -> t -> t

  (** @raise Overflow where the difference does not fit. *)
  val sub : t -> t -> t

  (** @raise Overflow for the smallest value. *)
  val neg : t -> t

  (** @raise Overflow for the smallest value. *)
  val abs : t -> t

  val pp : Format.formatter -> t -> unit
end

module S0 : S
module S1 : S
module S2 : S
module S3 : S
module S4 : S
module S5 : S
module S6 : S
module S7 : S
module S8 : S
module S9 : S
module S10 : S
module S11 : S
module S12 : S
module S13 : S
module S14 : S
module S15 : S
module S16 : S
module S17 : S
module S18 : S
