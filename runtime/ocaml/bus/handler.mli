(** Functions that are called with what a subscriber receives. *)

(** [report what text] writes a line on standard error. *)
val report : string -> string -> unit

(** [guarded report] is [report ()]. An exception of that is reported, and where this fails too, nobody is told. *)
val guarded : (unit -> unit) -> unit

(** [start ~on_fault ~recv f] calls [f] with all that [recv] gives, in a thread of its own, up to the end, and gives
    the thread. Neither an exception of [f], which is reported by [on_exception], nor a fault, nor an exception of
    the two reports ends the thread. *)
val start :
  ?on_exception:(exn -> Printexc.raw_backtrace -> unit) ->
  on_fault:('fault -> unit) ->
  recv:(unit -> ('message option, 'fault) result) ->
  ('message -> unit) ->
  Thread.t
