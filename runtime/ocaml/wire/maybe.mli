(** Options by another path, for generated modules whose own constructors are called [Some] or
    [None]. *)

type 'a t = 'a option = None | Some of 'a
