open Mycelium_wire
open Mycelium_control

let frame body = Control.to_frame (Control.make ~body ())
let longest = 1024
let most_ancestors = 1024

let shorten text =
  if String.length text <= longest then text
  else
    (* Not in the middle of a character. *)
    let rec boundary i = if Char.code text.[i] land 0xC0 = 0x80 then boundary (i - 1) else i in
    String.sub text 0 (boundary longest)

let raw digest = Option.value (Digest.to_bytes digest) ~default:(String.make 32 '\000')

let hello ~node ~service =
  let process_id = Unix.getpid () in
  frame (Hello (Hello.make ~protocol ~process_id ~node ~service ()))

let subscribe { Selector.name; type_id; digest; _ } =
  frame (Subscribe (Subscribe.make ~topic:name ~type_id ~digest:(raw digest) ()))

let channel ~number { Selector.name; type_id; digest; _ } =
  frame (Channel (Channel.make ~channel:number ~type_id ~digest:(raw digest) ~topic:name ()))

(* The newest of them, where there are more than can be told. *)
let description { Selector.digest; ancestors; _ } =
  let extra = List.length ancestors - most_ancestors in
  let ancestors = List.filteri (fun i _ -> i >= extra) ancestors in
  let ancestors = Array.of_list (List.map raw ancestors) in
  frame (Description (Description.make ~digest:(raw digest) ~ancestors ~text:"" ()))

let refusal { Selector.name; digest; _ } ~reason =
  frame (Refusal (Refusal.make ~topic:name ~digest:(raw digest) ~reason ()))

let closed ~channel ~sent =
  frame (Closed (Closed.make ~channel ~published:(U64.of_int sent) ()))

let goodbye reason = frame (Goodbye (Goodbye.make ~reason:(shorten reason) ()))
let heartbeat () = frame (Heartbeat (Heartbeat.make ~sent_time:(Clock.now ()) ()))

let parse bytes =
  match Control.of_frame bytes with
  | Ok { body } -> Ok body
  | Error error -> Result.Error ("a bad control frame: " ^ Error.to_string error)
