(** Values as JSON text, by the mapping that all languages of Mycelium share: compact, fields in
    order, numbers up to 64 bits as numbers, 128 bits and decimals as strings, bytes as
    hexadecimal digits, times in RFC 3339. *)

(** Where text goes. *)
type sink = Buffer.t

type 'a printer = sink -> 'a -> unit

(** [to_string print v] is what [print] writes. *)
val to_string : 'a printer -> 'a -> string

(** [pp print ppf v] is [Format.pp_print_string ppf (to_string print v)]. *)
val pp : 'a printer -> Format.formatter -> 'a -> unit

(** [raw out text] writes [text] as it is. *)
val raw : string printer

val bool : bool printer
val int : int printer
val i64 : int64 printer
val u64 : U64.t printer
val i128 : I128.t printer
val u128 : U128.t printer
val u256 : U256.t printer
val uuid : Uuid.t printer

(** Shortest number that reads back as the same double; the words [NaN], [Infinity] and [-Infinity]
    as strings; a NaN that is not the canonical one with its bits, ["NaN:7ff8000000000001"]. *)
val f64 : float printer

(** As the double of the same value; a NaN with the 8 digits of a single. *)
val f32 : float printer

val timestamp : Timestamp.t printer
val duration : Duration.t printer

(** [string out "a\"b"] writes ["a\"b"] with quotation marks and escapes. *)
val string : string printer

(** [bytes out "\x0f"] writes ["0f"] in quotation marks. *)
val bytes : string printer

(** [text to_string out v] writes [to_string v] in quotation marks, without escapes. *)
val text : ('a -> string) -> 'a printer

val option : 'a printer -> 'a option printer
val array : 'a printer -> 'a array printer
val floats : floatarray printer

(** [bracketed opening closing print out items] writes the items between the two, with commas. *)
val bracketed : string -> string -> 'a printer -> 'a list printer

(** [map compare key value out pairs] writes an array of pairs in the order of their keys. *)
val map : ('k -> 'k -> int) -> 'k printer -> 'v printer -> ('k * 'v) list printer

(** [string_map value out pairs] writes an object, its members in the order of their keys. *)
val string_map : 'v printer -> (string * 'v) list printer

(** [flags table out bits] writes the names of [table] whose bits are set as a list, then the other
    bits as one number, unless there are none. *)
val flags : (string * U64.t) list -> U64.t printer

(** [unknown_arm out ~tag payload] writes an arm that is not known. *)
val unknown_arm : sink -> tag:int -> string -> unit
