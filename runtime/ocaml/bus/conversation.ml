open Mycelium_wire

type terms = { hub : Hub.t; expected : string list; subscribes : bool }
type ending = Left | Dismissed of string | Cut_off of string | Vanished of string

exception End of ending

(* Longest times, in seconds: for a hello, without a sign of life, and for leaving. *)
let handshake_s = 5.
let silence_s = 5.
let leave_s = 10.

type t = {
  terms : terms;
  fd : Unix.file_descr;
  bell : Bell.t;
  stream : Frame_stream.t;
  outbox : Outbox.t;
  (* Topics that were asked for. *)
  mutable asked : Selector.topic list;
  (* When the conversation is over if nothing happens; [why] says for what reason. *)
  mutable deadline : float;
  mutable why : ending;
  mutable is_leaving : bool;
}

let until t seconds why =
  t.deadline <- Clock.monotonic () +. seconds;
  t.why <- why

let silent = Vanished (Printf.sprintf "no sign of life for %g s" silence_s)

(* Waits for bytes, for room to write, or for the bell; then reads and writes. *)
let wait t =
  let writes = if Outbox.is_waiting t.outbox then [ t.fd ] else [] in
  let reads = [ t.fd; Bell.descriptor t.bell ] in
  let readable, writable = Sync.select reads writes ~deadline:t.deadline in
  if writable <> [] then Outbox.flush t.outbox;
  if List.memq t.fd readable then
    match Frame_stream.fill t.stream with
    | `Some -> if not t.is_leaving then until t silence_s silent
    | `Nothing -> ()
    | `End reason -> raise (End (Vanished reason))
  else if readable = [] && writable = [] && Clock.monotonic () >= t.deadline then
    raise (End t.why)

(* The next frame. [on_wait] is called before each wait. *)
let rec next t ~on_wait =
  match Frame_stream.next t.stream with
  | Ok (Some frame) -> frame
  | Error reason -> raise (End (Cut_off reason))
  | Ok None ->
      Bell.arm t.bell;
      on_wait ();
      wait t;
      Bell.disarm t.bell;
      next t ~on_wait

let or_cut_off = function
  | Ok value -> value
  | Error reason -> raise (End (Cut_off reason))

let notice_leaving t =
  if Hub.is_closed t.terms.hub && not t.is_leaving then (
    t.is_leaving <- true;
    until t leave_s Left)

let check_hello t { Mycelium_control.Hello.protocol; node; _ } =
  let ours = Mycelium_control.protocol in
  if protocol <> ours then
    Error (Printf.sprintf "protocol %d; node `%s` speaks %d" protocol (Hub.node t.terms.hub) ours)
  else if List.mem node t.terms.expected then Ok node
  else
    Error
      (Printf.sprintf
         "node `%s` is not expected here, but one of: %s; use the same topology on both sides"
         (Control_frame.shorten node)
         (String.concat ", " t.terms.expected))

(* The name of the peer's node. *)
let introduce t =
  until t handshake_s (Cut_off (Printf.sprintf "no hello within %g s" handshake_s));
  let on_wait () = if Hub.is_closed t.terms.hub then raise (End Left) in
  let header, bytes = next t ~on_wait in
  let no_hello = Cut_off "the first frame is not a hello" in
  if header.Frame.type_id <> 0 then raise (End no_hello);
  match or_cut_off (Control_frame.parse bytes) with
  | Hello hello -> or_cut_off (check_hello t hello)
  | Goodbye { reason } -> raise (End (Dismissed (Control_frame.shorten reason)))
  | _ -> raise (End no_hello)

let receivers t = if t.is_leaving then [] else Hub.receivers t.terms.hub

let ask_for t wish =
  if not (List.mem wish t.asked) then (
    t.asked <- wish :: t.asked;
    Outbox.push t.outbox (Control_frame.subscribe wish))

let ask t receiver = List.iter (ask_for t) (Selector.wishes receiver.Hub.selector)

(* A released ancestor is read as well. *)
let ask_again t { Mycelium_control.Refusal.topic; digest; _ } =
  let digest = Digest.of_bytes digest in
  let again receiver = Selector.again receiver.Hub.selector ~name:topic ~digest in
  List.iter (ask_for t) (List.concat_map again (receivers t))

let catch_up t incoming =
  notice_leaving t;
  if t.terms.subscribes then List.iter (ask t) (receivers t);
  Incoming.catch_up incoming

let wish_of { Mycelium_control.Subscribe.topic; type_id; digest } =
  let digest = Digest.of_bytes digest in
  { Selector.name = Control_frame.shorten topic; type_id; digest; ancestors = [] }

let take_control t peer link incoming (body : Mycelium_control.Body.t) =
  match body with
  | Subscribe wish ->
      or_cut_off (Peer.wish peer (wish_of wish));
      Hub.offer t.terms.hub link
  | Channel channel -> or_cut_off (Incoming.open_channel incoming channel)
  | Closed closed -> or_cut_off (Incoming.close_channel incoming closed)
  | Refusal refusal ->
      ask_again t refusal;
      Incoming.refused incoming refusal
  | Goodbye { reason = "" } -> raise (End Left)
  | Goodbye { reason } -> raise (End (Dismissed (Control_frame.shorten reason)))
  | Hello _ -> raise (End (Cut_off "a second hello"))
  (* A peer that publishes knows the ancestors of its types by itself. What a newer one may say beside is
     no concern of ours. *)
  | Description _ | Objection _ | Stream _ | Resume _ | Heartbeat _ | Unknown _ -> ()

(* Talks until something ends it: never returns. *)
let rec exchange t peer link incoming =
  let header, bytes = next t ~on_wait:(fun () -> catch_up t incoming) in
  (if header.Frame.type_id = 0 then
     take_control t peer link incoming (or_cut_off (Control_frame.parse bytes))
  else or_cut_off (Incoming.frame incoming header bytes));
  exchange t peer link incoming

let ending_of t f =
  match f () with
  | () -> Left
  | exception End _ when t.is_leaving -> Left
  | exception End ending -> ending
  (* No descriptor left, for instance. *)
  | exception Unix.Unix_error (error, _, _) -> Vanished (Unix.error_message error)

let talk_to t node =
  let peer = Peer.create t.terms.hub ~node t.outbox ~bell:t.bell in
  let link = Peer.link peer in
  let incoming = Incoming.create ~peer:node ~receivers:(fun () -> receivers t) in
  until t silence_s silent;
  if not (Hub.add_link t.terms.hub link) then (
    link.leave ();
    t.is_leaving <- true);
  let ending = ending_of t (fun () -> exchange t peer link incoming) in
  Hub.remove_link t.terms.hub link;
  let fault = if ending = Left then None else Some (Fault.Peer_vanished { node }) in
  Incoming.finish incoming fault;
  ending

(* Writes the last words, as far as the peer takes them. *)
let conclude t ending =
  (match ending with
  | Cut_off reason -> Outbox.push t.outbox (Control_frame.goodbye reason)
  | _ -> ());
  (match ending with
  | Vanished _ -> Outbox.close t.outbox
  | _ -> Outbox.finish t.outbox);
  let deadline = Clock.monotonic () +. handshake_s in
  while Outbox.is_waiting t.outbox && Clock.monotonic () < deadline do
    ignore (Sync.select [] [ t.fd ] ~deadline);
    Outbox.flush t.outbox
  done;
  Outbox.close t.outbox;
  Sync.close t.fd;
  Bell.close t.bell

let talk terms fd =
  Unix.set_nonblock fd;
  let bell = Bell.create () in
  let t =
    {
      terms;
      fd;
      bell;
      stream = Frame_stream.create fd;
      outbox = Outbox.create fd ~bell;
      asked = [];
      deadline = infinity;
      why = Left;
      is_leaving = false;
    }
  in
  Outbox.push t.outbox (Control_frame.hello ~node:(Hub.node terms.hub) ~service:(Hub.service terms.hub));
  let ending =
    match introduce t with
    | node -> talk_to t node
    | exception End ending -> ending
  in
  conclude t ending;
  ending
