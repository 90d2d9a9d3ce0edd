type 'a t = {
  kind : Error.kind;
  keeps : 'a -> bool;
  wanted : string;
  wrong : 'a -> string;
}

let range wanted keeps =
  let wrong _ = "a number outside the field's range, " ^ wanted in
  { kind = Out_of_range; keeps; wanted; wrong }

let len ?(min = 0) ?(max = max_int) count =
  let wanted =
    if max = max_int then Printf.sprintf "at least %d" min else Printf.sprintf "%d to %d" min max
  in
  let keeps v =
    let found = count v in
    found >= min && found <= max
  in
  let wrong v = Printf.sprintf "%d bytes or items where the field has %s" (count v) wanted in
  { kind = Len; keeps; wanted = wanted ^ " of them"; wrong }

let keeps rule v = rule.keeps v
let wanted rule = rule.wanted

let check rule v ~at ~field =
  if not (rule.keeps v) then Error.fail rule.kind ~offset:at ~field (rule.wrong v)

let check_option rule v ~at ~field =
  match v with
  | None -> ()
  | Some v -> check rule v ~at ~field
