(** Reading values from JSON by the mapping that all languages of Mycelium share: what [of_json] of
    generated modules is made of. {!Json} writes what is read here.

    A reader says where something is wrong, what it takes there and what it found:
    [$.bids[3].price: expected a decimal …, found true]. *)

(** Reads values of type ['a]. *)
type 'a t

(** [run reader json] is the value that [json] stands for. *)
val run : 'a t -> Json_value.t -> ('a, Json_error.t) result

(** [of_string reader text] is {!run} on the JSON in [text]. *)
val of_string : 'a t -> string -> ('a, Json_error.t) result

(** {1 Numbers}

    Integers may stand in strings too, and so must those that are wider than 64 bits where other
    programs read them. *)

val bool : bool t
val i8 : int t
val i16 : int t
val i32 : int t
val i64 : int64 t
val u8 : int t
val u16 : int t
val u32 : int t
val u64 : U64.t t
val i128 : I128.t t
val u128 : U128.t t
val u256 : U256.t t
val f32 : float t
val f64 : float t

(** [decimal ~scale of_string] reads a string or number with at most [scale] places. *)
val decimal : scale:int -> (string -> 'd option) -> 'd t

(** RFC 3339, or nanoseconds as a number. *)
val timestamp : Timestamp.t t

(** ["1.5s"], or nanoseconds as a number. *)
val duration : Duration.t t

(** {1 Text and bytes} *)

val uuid : Uuid.t t
val string : string t
val bounded_string : max:int -> string t
val bytes : string t
val bounded_bytes : max:int -> string t
val fixed_bytes : len:int -> string t

(** {1 Several values} *)

(** [option item] reads [null] as [None]. *)
val option : 'a t -> 'a option t

(** [keeps rule reader] refuses what breaks [rule]. *)
val keeps : 'a Rule.t -> 'a t -> 'a t

val list : 'a t -> 'a array t
val bounded_list : max:int -> 'a t -> 'a array t
val array : len:int -> 'a t -> 'a array t

(** [floats list] reads what [list] reads, the items side by side. *)
val floats : float array t -> floatarray t

(** [map compare key value] reads an array of pairs in any order, and gives them in that of their
    keys; each key may be there once. *)
val map : ('k -> 'k -> int) -> 'k t -> 'v t -> ('k * 'v) list t

(** [string_map key value] reads an object. *)
val string_map : string t -> 'v t -> (string * 'v) list t

(** The items of an array that stands for a tuple. *)
type items

(** [tuple len build] reads an array of [len] items, each of which [build] takes by {!item}. *)
val tuple : int -> (items -> 'a) -> 'a t

val item : items -> int -> 'a t -> 'a

(** {1 Named types}

    [name] is that of the type, ["market.Trade"]. *)

(** What is there of a record's fields. *)
type fields

(** [record ~name names build] reads an object with these fields, each of which [build] takes by its
    index in [names]. A member that is no field is refused. *)
val record : name:string -> string array -> (fields -> 'a) -> 'a t

val required : fields -> int -> 'a t -> 'a

(** [optional fields index item] is [None] where the field is not there, or [null]. *)
val optional : fields -> int -> 'a t -> 'a option

val defaulted : fields -> int -> 'a t -> (unit -> 'a) -> 'a

(** [closed_enum ~name members number of_number] reads a member's name or number. *)
val closed_enum : name:string -> (string * 'a) list -> 'n t -> ('n -> 'a option) -> 'a t

val open_enum : name:string -> (string * 'a) list -> 'n t -> ('n -> 'a) -> 'a t

(** [small_flags ~name table number] reads an array of names and numbers. *)
val small_flags : name:string -> (string * U64.t) list -> int t -> int t

val large_flags : name:string -> (string * U64.t) list -> U64.t t -> U64.t t

(** The arm of a union, and what it holds. *)
type arm

(** [union ~name arms build] reads an object with one member; [build arm index] makes the value of
    arm [index], which it takes by {!val-arm}. *)
val union : name:string -> string array -> (arm -> int -> 'a) -> 'a t

(** As {!union}; an arm that is not known has the index behind the last one. *)
val open_union : name:string -> string array -> (arm -> int -> 'a) -> 'a t

val arm : arm -> 'a t -> 'a

(** [unknown_arm arm ~known] is the tag and payload of an arm whose tag is none of [known]. *)
val unknown_arm : arm -> known:int list -> int * string
