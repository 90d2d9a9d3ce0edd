(** Unix sockets: only in folders that nobody else can enter, only with this user's processes. *)

(** A socket that this process listens at. *)
type listener

val descriptor : listener -> Unix.file_descr

(** [listen path] makes the folder (mode 0700) where there is none, and takes the place of a listener
    that died. [Error] says why not, and what to do. *)
val listen : string -> (listener, string) result

(** [close listener] takes no more connections, and removes the socket and its folder if nothing
    else is in it. *)
val close : listener -> unit

(** [connect path] is a connection to the listener there.
    @raise Unix.Unix_error where there is none, or it belongs to another user. *)
val connect : string -> Unix.file_descr

(** [is_own fd] is whether the process at the other end runs as the same user. *)
val is_own : Unix.file_descr -> bool

(** [make_folder path] makes a folder for this user alone where there is none. [Error] where
    something else is there, or a folder that others may enter. *)
val make_folder : string -> (unit, string) result

(** [clear_away path] removes the socket of a listener that died, and its folder if nothing else is
    in it. *)
val clear_away : string -> unit
