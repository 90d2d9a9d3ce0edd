(** The C ABI of Mycelium: shared-memory rings, and the routes of a topology.

    A handle is for one thread at a time, and closes itself when it is no longer reachable. *)

(** What went wrong. *)
type error =
  | Not_found  (** There is no such ring (yet). *)
  | Closed  (** The writer has closed the ring, and every frame was read. *)
  | Writer_vanished  (** The writer died without closing the ring, and every frame was read. *)
  | Other

(** Carries a sentence that says what was expected, what was found and what to do. *)
exception Error of error * string

(** [routes ~path ~service] is what the node of [service] opens, by the topology at [path]: one link a
    line, as [key=value] separated by tabs. [Error] where the topology cannot be used. *)
val routes : path:string -> service:string -> (string, string) result

(** [open_folder path] makes the folder for rings at [path] where there is none, for this user alone.
    @raise Error where something else is there, or a folder that others may enter. *)
val open_folder : string -> unit

(** [clear_folder path] removes what dead writers left behind in the folder, and the folder if nothing
    else is in it. *)
val clear_folder : string -> unit

(** The one writer of a ring. Functions raise {!Error}. *)
module Writer : sig
  type t

  (** [create path ~capacity] makes a ring with room for so many bytes of frames. *)
  val create : string -> capacity:int -> t

  (** [announce t frames] shows control frames to every reader, at once. *)
  val announce : t -> string -> unit

  (** [write t bytes length ~timeout_ns] sends a frame, without the runtime lock while it waits for
      room; false where the ring stayed full. *)
  val write : t -> bytes -> int -> timeout_ns:int -> bool

  (** [readers_of t name] counts the readers that are attached and alive, and after frames of this name, or of all. *)
  val readers_of : t -> string -> int

  (** [close t] tells readers after the last frame. A closed writer may be closed again; it is not to
      be used otherwise. *)
  val close : t -> unit
end

(** One reader of a ring. Functions raise {!Error}. *)
module Reader : sig
  type t

  (** [attach path ~names] begins at the very first frame if the writer still keeps it, else behind the
      newest. It tells the writer that it is after frames of these names, or, where there are none or more than
      eight, of all; it gets all of them. *)
  val attach : string -> names:string list -> t

  (** [poll t] is a copy of the next frame, [""] where there is none yet. *)
  val poll : t -> string

  (** [wait t ~timeout_ns] waits for the next frame, without the runtime lock; whether there is one. *)
  val wait : t -> timeout_ns:int -> bool

  (** [announcements t] is everything that the writer has announced so far; it only grows. *)
  val announcements : t -> string

  val close : t -> unit
end
