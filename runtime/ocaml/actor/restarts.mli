(** The restarts of one actor or group, counted against its policy. *)

type t

(** [create policy] has not restarted anything yet. *)
val create : Policy.t -> t

(** [next t ~now] counts a restart that is wanted at [now], in seconds of any clock that goes forward, and is the time at
    which it may be; nothing where there were too many. *)
val next : t -> now:float -> float option
