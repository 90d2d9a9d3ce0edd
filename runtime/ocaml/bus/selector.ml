open Mycelium_wire

type topic = { name : string; type_id : int; digest : string }
type t = Typed of topic list | Patterns of string list
type verdict = Take | Skip | Mismatch of string

let any_digest = Digest.of_bytes (String.make 32 '\000')

let topic_of (type a) (module M : Message.S with type t = a) =
  { name = M.topic; type_id = M.type_id; digest = M.digest }

let fits pattern name =
  let rec go p n =
    if p = String.length pattern then n = String.length name
    else if pattern.[p] = '*' then
      go (p + 1) n || (n < String.length name && go p (n + 1))
    else n < String.length name && pattern.[p] = name.[n] && go (p + 1) (n + 1)
  in
  go 0 0

let judge selector ~name ~digest =
  match selector with
  | Patterns patterns -> if List.exists (fun p -> fits p name) patterns then Take else Skip
  | Typed topics -> (
      match List.find_opt (fun topic -> topic.name = name) topics with
      | None -> Skip
      | Some topic when topic.digest = digest -> Take
      | Some topic -> Mismatch topic.digest)

let wishes = function
  | Typed topics -> topics
  | Patterns patterns ->
      List.map (fun name -> { name; type_id = 0; digest = any_digest }) patterns
