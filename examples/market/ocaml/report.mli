(** What the service leaves behind when it ends in order: one JSON file, compared by whoever started
    it. *)

(** [write ~folder ~published ~received ~rejected] writes [folder/risk.json]: accounts by topic, and
    the numbers of the signals that were turned down. *)
val write :
  folder:string ->
  published:(string * Tally.t) list ->
  received:(string * Tally.t) list ->
  rejected:int list ->
  unit
