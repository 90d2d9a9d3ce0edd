type t = {
  hub : Hub.t;
  node : string;
  outbox : Outbox.t;
  bell : Bell.t;
  lock : Mutex.t;
  mutable wishes : Selector.topic list;
  (* Topics whose refusal was sent and that were not asked for again. *)
  mutable refused : string list;
  mutable next_channel : int;
}

(* Most that a peer may ask for, each topic by each version that it can read; and channels that it can be
   given. *)
let most_wishes = 4 * 4096
let most_channels = 0xFFFF

(* A connection that is idle for so long carries a sign of life. *)
let heartbeat_s = 1.

let create hub ~node outbox ~bell =
  { hub; node; outbox; bell; lock = Mutex.create (); wishes = []; refused = []; next_channel = 1 }

let node t = t.node

let wish t topic =
  Sync.locked t.lock (fun () ->
      t.refused <- List.filter (fun name -> name <> topic.Selector.name) t.refused;
      if List.mem topic t.wishes then Ok ()
      else if List.length t.wishes >= most_wishes then
        Error (Printf.sprintf "more than %d subscriptions" most_wishes)
      else (
        t.wishes <- topic :: t.wishes;
        Ok ()))

let refuse t topic ~wished =
  let { Selector.name; digest; _ } = topic in
  if not (List.mem name t.refused) then (
    t.refused <- name :: t.refused;
    let reason =
      Printf.sprintf "topic `%s`: digest %s at node `%s`, %s at node `%s`" name digest
        (Hub.node t.hub) wished t.node
    in
    Outbox.push t.outbox (Control_frame.refusal topic ~reason))

(* The frames are those of the topic's type; the digest says by which version they can be read. *)
let open_channel t topic =
  let number = t.next_channel in
  if number > most_channels then None
  else (
    t.next_channel <- number + 1;
    Outbox.push t.outbox (Control_frame.channel ~number topic);
    Some number)

let admit t (topic : Selector.topic) =
  Sync.locked t.lock (fun () ->
      match List.filter (fun wish -> Selector.fits_wish wish.Selector.name topic.name) t.wishes with
      | [] -> None
      | first :: _ as wishes -> (
          let is_wished { Selector.digest; _ } =
            List.exists (fun wish -> wish.Selector.digest = digest) wishes
          in
          match List.find_opt is_wished (Selector.versions topic) with
          | Some version -> open_channel t version
          | None when is_wished { topic with digest = Selector.any_digest } -> open_channel t topic
          | None ->
              refuse t topic ~wished:first.digest;
              None))

let tick t =
  if Outbox.idle t.outbox >= heartbeat_s && not (Outbox.is_waiting t.outbox) then
    Outbox.push t.outbox (Control_frame.heartbeat ())

let leave t =
  Outbox.push t.outbox (Control_frame.goodbye "");
  Outbox.finish t.outbox

let link t =
  {
    Hub.peer = t.node;
    admit = admit t;
    write = Outbox.write t.outbox;
    finish = (fun ~channel ~sent -> Outbox.push t.outbox (Control_frame.closed ~channel ~sent));
    subscribers = (fun _ -> 1);
    wake = (fun () -> Bell.ring t.bell);
    tick = (fun () -> tick t);
    leave = (fun () -> leave t);
  }
