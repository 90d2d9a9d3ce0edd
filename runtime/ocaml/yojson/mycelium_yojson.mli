(** Values of generated modules as values of [yojson], by the mapping that [to_json] and [of_json] use.

    {[
      let json = Mycelium_yojson.to_yojson (module Market.Trade) trade in
      Yojson.Safe.Util.member "price" json          (* `String "61250.50000000" *)
    ]} *)

open Mycelium_wire

(** What every generated module has. *)
module type VALUE = sig
  type t

  val to_json : t -> string
  val of_json_value : Json_value.t -> (t, Json_error.t) result
end

val to_yojson : (module VALUE with type t = 'a) -> 'a -> Yojson.Safe.t

val of_yojson :
  (module VALUE with type t = 'a) -> Yojson.Safe.t -> ('a, Json_error.t) result

(** {1 JSON without a type} *)

(** [of_value json] keeps every digit of an integer, as [`Intlit] where it is no [int]; other numbers are
    the nearest float. *)
val of_value : Json_value.t -> Yojson.Safe.t

(** A float that is no number of JSON becomes the word of the mapping, ["NaN"] or ["Infinity"]. *)
val to_value : Yojson.Safe.t -> Json_value.t
