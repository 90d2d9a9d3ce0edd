let rec is_ascending compare = function
  | (a, _) :: ((b, _) :: _ as rest) -> compare a b < 0 && is_ascending compare rest
  | _ -> true

let sorted compare pairs =
  if is_ascending compare pairs then pairs
  else List.stable_sort (fun (a, _) (b, _) -> compare a b) pairs

let rec repeated compare = function
  | (a, _) :: ((b, _) :: _ as rest) -> if compare a b = 0 then Some a else repeated compare rest
  | _ -> None
