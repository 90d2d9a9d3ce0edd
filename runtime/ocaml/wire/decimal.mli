(** Exact decimal numbers: an [int64] mantissa in units of 10{^-scale}.

    A field of type [decimal<8>] is a {!S8.t}: its scale belongs to its type, so that prices of
    different scales are not mixed by mistake.

    {[
      let price = Decimal.S8.of_string_exn "61250.5" in
      Decimal.S8.to_string price            (* "61250.50000000" *)
    ]}

    Nothing is ever rounded but where a [rounding] is given, and then once: what lies between has 128 bits. *)

(** A mantissa beside its scale, where the scale is known at run time only: what {!mul} gives, and how numbers of different
    scales come together. Functions that take one raise [Invalid_argument] where the scale is not from 0 to 18. *)
type t = { mantissa : int64; scale : int }

(** [to_string { mantissa = 150L; scale = 2 }] is ["1.50"]: always [scale] places. *)
val to_string : t -> string

(** [of_string ~scale:2 "1.5"] is [Some { mantissa = 150L; scale = 2 }]. [None] where the text is
    no decimal number, needs more than [scale] places, or is out of range. *)
val of_string : scale:int -> string -> t option

val pp : Format.formatter -> t -> unit

(** Raised by arithmetic whose result does not fit 64 bits, or needs more than 18 places. *)
exception Overflow

type rounding = Rounding.t =
  | Half_even  (** The nearer one; of two that are as near, the even one. *)
  | Half_up  (** The nearer one; of two that are as near, the one farther from zero. *)
  | Half_down  (** The nearer one; of two that are as near, the one nearer to zero. *)
  | Up  (** The one farther from zero. *)
  | Down  (** The one nearer to zero. *)
  | Ceiling  (** The greater one. *)
  | Floor  (** The smaller one. *)

(** {1 Arithmetic at any scale} *)

(** [compare a b] is that of the numbers, whatever their scales. *)
val compare : t -> t -> int

(** [equal a b] is whether they are one number: 1.5 equals 1.50. *)
val equal : t -> t -> bool

(** [add a b] is exact, at the larger scale of both.
    @raise Overflow where an operand or the sum does not fit there. *)
val add : t -> t -> t

(** [sub a b] is exact, at the larger scale of both.
    @raise Overflow where an operand or the difference does not fit there. *)
val sub : t -> t -> t

(** [mul a b] is exact: its scale is the sum of both scales, 1.5 by 0.25 is 0.375.
    @raise Overflow where that is more than 18, or the product does not fit. *)
val mul : t -> t -> t

(** [mul_rounded ~scale ~rounding a b] is the product at a scale, rounded once.
    @raise Overflow where it does not fit. *)
val mul_rounded : scale:int -> rounding:rounding -> t -> t -> t

(** [div ~scale ~rounding a b] is the quotient at a scale, rounded once.
    @raise Division_by_zero where [b] is zero.
    @raise Overflow where it does not fit. *)
val div : scale:int -> rounding:rounding -> t -> t -> t

(** [rescale ~scale ~rounding d] is [d] at a scale; exact where that is not smaller.
    @raise Overflow where it does not fit. *)
val rescale : scale:int -> rounding:rounding -> t -> t

(** {1 Decimals of one scale} *)

(** {!t}, where a module has its own. *)
type scaled = t

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
      {!val-scale} places, or is out of range. *)
  val of_string : string -> t option

  (** @raise Invalid_argument where {!of_string} gives [None]. *)
  val of_string_exn : string -> t

  (** Always {!val-scale} places: ["1.50000000"] at scale 8. *)
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

  (** [mul ~rounding a b] is the product at {!val-scale}, rounded once. {!Decimal.mul} is the exact one.
      @raise Overflow where it does not fit. *)
  val mul : rounding:rounding -> t -> t -> t

  (** [div ~rounding a b] is the quotient at {!val-scale}, rounded once.
      @raise Division_by_zero where [b] is zero.
      @raise Overflow where it does not fit. *)
  val div : rounding:rounding -> t -> t -> t

  (** [round ~places ~rounding d] is [d] with at most so many places that are not zero; [d] where {!val-scale} is no more.
      @raise Overflow where it does not fit. *)
  val round : places:int -> rounding:rounding -> t -> t

  val to_scaled : t -> scaled

  (** [of_scaled d] is exact: [None] where that takes more than {!val-scale} places, or does not fit. *)
  val of_scaled : scaled -> t option

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
