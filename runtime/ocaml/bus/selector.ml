open Mycelium_wire

type topic = { name : string; type_id : int; digest : string; ancestors : string list }
type t = Typed of topic list | Patterns of string list
type verdict = Take | Skip | Mismatch of string

let any_digest = Digest.of_bytes (String.make 32 '\000')

let topic_of (type a) (module M : Message.S with type t = a) =
  { name = M.topic; type_id = M.type_id; digest = M.digest; ancestors = M.ancestors }

let versions topic =
  topic :: List.rev_map (fun digest -> { topic with digest }) topic.ancestors

(* A star first stands for nothing; where the rest does not fit, the last star takes one character
   more, if it may. Stars before it need not be tried again, so a pattern from a peer costs no more
   than the product of the lengths. *)
let is_match ~is_covered pattern name =
  let is_at p c = p < String.length pattern && pattern.[p] = c in
  let rec only_stars p = p = String.length pattern || (is_at p '*' && only_stars (p + 1)) in
  let rec go p n ~behind_star ~taken =
    if n = String.length name then only_stars p
    else if is_at p '*' then go (p + 1) n ~behind_star:(p + 1) ~taken:n
    else if is_at p name.[n] then go (p + 1) (n + 1) ~behind_star ~taken
    else if behind_star > 0 && is_covered name.[taken] then
      go behind_star (taken + 1) ~behind_star ~taken:(taken + 1)
    else false
  in
  go 0 0 ~behind_star:0 ~taken:0

(* What stands before a last [>]. *)
let before_rest pattern =
  if String.ends_with ~suffix:">" pattern then
    Some (String.sub pattern 0 (String.length pattern - 1))
  else None

let fits pattern name =
  let is_match = is_match ~is_covered:(fun c -> c <> '.') in
  match before_rest pattern with
  | None -> is_match pattern name
  | Some start ->
      (* Whatever follows must be something: so a start of the name fits that is not all of it. *)
      let rec from length =
        length < String.length name
        && (is_match start (String.sub name 0 length) || from (length + 1))
      in
      from 0

let fits_wish pattern name = is_match ~is_covered:(fun _ -> true) pattern name

(* A pattern as peers understand it; what fits the pattern fits it too. *)
let wish pattern =
  match before_rest pattern with Some start -> start ^ "*" | None -> pattern

let judge selector ~name ~digest ~ancestors =
  match selector with
  | Patterns patterns -> if List.exists (fun p -> fits p name) patterns then Take else Skip
  | Typed topics -> (
      match List.find_opt (fun topic -> topic.name = name) topics with
      | None -> Skip
      | Some topic when topic.digest = digest || List.mem digest topic.ancestors -> Take
      | Some topic when List.mem topic.digest ancestors -> Take
      | Some topic -> Mismatch topic.digest)

let wishes = function
  | Typed topics -> topics
  | Patterns patterns ->
      let wish pattern =
        { name = wish pattern; type_id = 0; digest = any_digest; ancestors = [] }
      in
      List.map wish patterns

let again selector ~name ~digest =
  match selector with
  | Patterns _ -> []
  | Typed topics ->
      let is_read topic = topic.name = name && List.mem digest topic.ancestors in
      List.map (fun topic -> { topic with digest }) (List.filter is_read topics)
