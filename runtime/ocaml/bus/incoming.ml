open Mycelium_wire
open Mycelium_control

(* A topic's digest at the peer, and the receivers that were told that theirs is another. *)
type other = { topic : string; digest : string; mutable told : Hub.receiver list }

type channel = {
  number : int;
  type_id : int;
  topic : string;
  other : other;
  (* Of the frame that is due; [unknown] where what came before it was not for this stream. *)
  mutable next_sequence : int;
  mutable takers : Hub.receiver list;
}

type t = {
  peer : string;
  receivers : unit -> Hub.receiver list;
  channels : (int, channel) Hashtbl.t;
  mutable refusals : other list;
  (* By digest, the ancestors that the peer has named. *)
  ancestors : (string, string list) Hashtbl.t;
}

let most_channels = 4096
let unknown = -1

let create ~peer ~receivers =
  let channels = Hashtbl.create 16 and ancestors = Hashtbl.create 16 in
  { peer; receivers; channels; refusals = []; ancestors }

let described t { Description.digest; ancestors; _ } =
  let ancestors = List.map Digest.of_bytes (Array.to_list ancestors) in
  Hashtbl.replace t.ancestors (Digest.of_bytes digest) ancestors

let judge t receiver ~topic ~digest =
  let ancestors = Option.value (Hashtbl.find_opt t.ancestors digest) ~default:[] in
  Selector.judge receiver.Hub.selector ~name:topic ~digest ~ancestors

let deliver receivers item = List.iter (fun r -> Inbox.push r.Hub.inbox item) receivers

let tell t other =
  let tell_one receiver =
    let { topic; digest; told } = other in
    match judge t receiver ~topic ~digest with
    | Mismatch ours when not (List.memq receiver told) ->
        other.told <- receiver :: told;
        let fault = Fault.Digest_mismatch { topic; ours; theirs = digest; peer = t.peer } in
        Inbox.push receiver.inbox (Fault fault)
    | _ -> ()
  in
  List.iter tell_one (t.receivers ())

let show t channel =
  let receivers = t.receivers () in
  let is_new receiver =
    (not (List.memq receiver channel.takers))
    && judge t receiver ~topic:channel.topic ~digest:channel.other.digest = Take
  in
  let added = List.filter is_new receivers in
  List.iter (fun receiver -> Inbox.publisher_opened receiver.Hub.inbox) added;
  let still_there = List.filter (fun taker -> List.memq taker receivers) channel.takers in
  channel.takers <- added @ still_there;
  tell t channel.other

let catch_up t =
  Hashtbl.iter (fun _ channel -> show t channel) t.channels;
  List.iter (tell t) t.refusals

let knows t number = Hashtbl.mem t.channels number

let check_sequence channel sequence =
  let due = if channel.next_sequence = unknown then sequence else channel.next_sequence in
  let lost = (sequence - due) land 0xFFFF_FFFF in
  if lost > 0x7FFF_FFFF then
    Error (Printf.sprintf "frame %d where frame %d was due" sequence channel.next_sequence)
  else (
    channel.next_sequence <- (sequence + 1) land 0xFFFF_FFFF;
    if lost > 0 then
      deliver channel.takers (Fault (Lost { topic = channel.topic; count = lost }));
    Ok ())

let frame t header bytes =
  let { Frame.channel = number; type_id; sequence; _ } = header in
  match Hashtbl.find_opt t.channels number with
  | None -> Error (Printf.sprintf "a frame on channel %d, which is not open" number)
  | Some channel when channel.type_id <> type_id ->
      Error
        (Printf.sprintf "a frame of type %d on a channel of type %d" type_id channel.type_id)
  | Some channel ->
      let checked = check_sequence channel sequence in
      if Result.is_ok checked then
        deliver channel.takers (Hub.frame_of channel.topic header bytes);
      checked

let open_channel ?(from_start = true) t { Channel.channel = number; type_id; digest; topic } =
  if Hashtbl.mem t.channels number then Error (Printf.sprintf "channel %d opened twice" number)
  else if Hashtbl.length t.channels >= most_channels then
    Error (Printf.sprintf "more than %d open channels" most_channels)
  else
    let topic = Control_frame.shorten topic in
    let other = { topic; digest = Digest.of_bytes digest; told = [] } in
    let next_sequence = if from_start then 0 else unknown in
    let channel = { number; type_id; topic; other; next_sequence; takers = [] } in
    Hashtbl.replace t.channels number channel;
    show t channel;
    Ok ()

let close_channel t { Closed.channel = number; published } =
  match Hashtbl.find_opt t.channels number with
  | None -> Error (Printf.sprintf "channel %d closed, which is not open" number)
  | Some channel ->
      (* Sequences wrap; the last one is before the number of all. *)
      let published = Int64.to_int (U64.to_bits published) land 0xFFFF_FFFF in
      let checked = check_sequence channel published in
      Hashtbl.remove t.channels number;
      List.iter (fun receiver -> Inbox.publisher_closed receiver.Hub.inbox) channel.takers;
      checked

let refused t { Refusal.topic; digest; _ } =
  let other = { topic = Control_frame.shorten topic; digest = Digest.of_bytes digest; told = [] } in
  let others = List.filter (fun (known : other) -> known.topic <> other.topic) t.refusals in
  if List.length others < most_channels then t.refusals <- other :: others;
  tell t other

let finish t fault =
  let told = ref [] in
  let finish_taker receiver =
    (match fault with
    | Some fault when not (List.memq receiver !told) ->
        told := receiver :: !told;
        Inbox.push receiver.Hub.inbox (Fault fault)
    | _ -> ());
    Inbox.publisher_closed receiver.Hub.inbox
  in
  Hashtbl.iter (fun _ channel -> List.iter finish_taker channel.takers) t.channels;
  Hashtbl.reset t.channels
