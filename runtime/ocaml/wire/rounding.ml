type t = Half_even | Half_up | Half_down | Up | Down | Ceiling | Floor
type rest = Nothing | Less_than_half | Half | More_than_half

let rest_of remainder ~divisor =
  if remainder = 0L then Nothing
  else
    (* Half of the divisor may be no whole number; what is left of it always is one. *)
    match Int64.unsigned_compare remainder (Int64.sub divisor remainder) with
    | 0 -> Half
    | order when order < 0 -> Less_than_half
    | _ -> More_than_half

let and_below rest more =
  match (rest, more) with
  | rest, Nothing -> rest
  | Nothing, _ -> Less_than_half
  | Half, _ -> More_than_half
  | (Less_than_half | More_than_half), _ -> rest

let goes_away rounding ~negative ~odd rest =
  match (rounding, rest) with
  | _, Nothing | Down, _ -> false
  | Up, _ -> true
  | Ceiling, _ -> not negative
  | Floor, _ -> negative
  | (Half_even | Half_up | Half_down), Less_than_half -> false
  | (Half_even | Half_up | Half_down), More_than_half -> true
  | Half_even, Half -> odd
  | Half_up, Half -> true
  | Half_down, Half -> false
