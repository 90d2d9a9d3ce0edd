open Mycelium_wire

exception Refused of string

type link = {
  peer : string;
  admit : Selector.topic -> int option;
  write : bytes -> int -> bool;
  finish : channel:int -> sent:int -> unit;
  subscribers : string -> int;
  wake : unit -> unit;
  tick : unit -> unit;
  leave : unit -> unit;
}

type lane = { link : link; channel : int; mutable sent : int }

type publication = {
  topic : Selector.topic;
  admission : Mutex.t;
  mutable is_finished : bool;
  order : Mutex.t;
  mutable publishers : int;
  mutable lanes : lane list;
  mutable takers : Inbox.t list;
  mutable local_sent : int;
  changed : Bell.t;
}

type receiver = { selector : Selector.t; inbox : Inbox.t }

type t = {
  node : string;
  service : string;
  lock : Mutex.t;
  mutable receivers : receiver list;
  mutable publications : publication list;
  mutable links : link list;
  (* What else new receivers may be served by. *)
  mutable sources : (receiver -> unit) list;
  mutable is_closed : bool;
}

let create ~node ~service =
  {
    node;
    service;
    lock = Mutex.create ();
    receivers = [];
    publications = [];
    links = [];
    sources = [];
    is_closed = false;
  }

let node t = t.node
let service t = t.service
let is_closed t = t.is_closed
let receivers t = t.receivers
let frame_of topic header bytes = Inbox.Frame { topic; header; bytes }
let wake_links t = List.iter (fun link -> link.wake ()) t.links

(* Topics and subscribers of the same bus meet. *)
let connect publication receiver =
  let { Selector.name; digest; ancestors; _ } = publication.topic in
  match Selector.judge receiver.selector ~name ~digest ~ancestors with
  | Skip -> ()
  | Take ->
      Inbox.publisher_opened receiver.inbox;
      publication.takers <- receiver.inbox :: publication.takers;
      Bell.ring publication.changed
  | Mismatch ours ->
      Inbox.push receiver.inbox
        (Fault (Digest_mismatch { topic = name; ours; theirs = digest; peer = "this one" }))

let unsubscribe t receiver =
  Inbox.stop receiver.inbox;
  Sync.locked t.lock (fun () ->
      t.receivers <- List.filter (fun known -> known != receiver) t.receivers;
      let drop publication =
        publication.takers <- List.filter (fun taker -> taker != receiver.inbox) publication.takers
      in
      List.iter drop t.publications);
  wake_links t

(* A source may be refused what it needs, a thread; a receiver that is not whole goes. *)
let serve t receiver =
  match List.iter (fun source -> source receiver) t.sources with
  | () -> ()
  | exception exn ->
      unsubscribe t receiver;
      raise exn

let subscribe t selector =
  let receiver = { selector; inbox = Inbox.create () } in
  Sync.locked t.lock (fun () ->
      t.receivers <- receiver :: t.receivers;
      List.iter (fun publication -> connect publication receiver) t.publications);
  if t.is_closed then Inbox.stop receiver.inbox
  else (
    wake_links t;
    serve t receiver);
  receiver

let add_source t source = t.sources <- source :: t.sources

let is_new publication link =
  not (publication.is_finished || List.exists (fun lane -> lane.link == link) publication.lanes)

(* The channel is open before the lane is there, so that nothing goes ahead of it. The publisher and the link's own
   thread may ask for it at once; it is one lane, else each message would go out twice. *)
let admit t link publication =
  Sync.locked publication.admission (fun () ->
      if is_new publication link then
        match link.admit publication.topic with
        | None -> ()
        | Some channel ->
            let lane = { link; channel; sent = 0 } in
            Sync.locked t.lock (fun () -> publication.lanes <- lane :: publication.lanes);
            Bell.ring publication.changed)

let offer t link = List.iter (admit t link) t.publications

let add_link t link =
  let is_open =
    Sync.locked t.lock (fun () ->
        if not t.is_closed then t.links <- link :: t.links;
        not t.is_closed)
  in
  if is_open then offer t link;
  is_open

let remove_link t link =
  Sync.locked t.lock (fun () ->
      t.links <- List.filter (fun known -> known != link) t.links;
      let drop publication =
        publication.lanes <- List.filter (fun lane -> lane.link != link) publication.lanes
      in
      List.iter drop t.publications)

let publication_of t topic =
  let known = List.find_opt (fun p -> p.topic.Selector.name = topic.Selector.name) in
  match known t.publications with
  | Some publication when publication.topic.digest <> topic.digest ->
      Error publication.topic.digest
  | Some publication ->
      publication.publishers <- publication.publishers + 1;
      Ok publication
  | None ->
      let publication =
        {
          topic;
          admission = Mutex.create ();
          is_finished = false;
          order = Mutex.create ();
          publishers = 1;
          lanes = [];
          takers = [];
          local_sent = 0;
          changed = Bell.create ();
        }
      in
      t.publications <- publication :: t.publications;
      List.iter (connect publication) t.receivers;
      Ok publication

let finish_lane lane = lane.link.finish ~channel:lane.channel ~sent:lane.sent

let finish publication =
  Sync.locked publication.admission (fun () -> publication.is_finished <- true);
  Sync.locked publication.order (fun () ->
      List.iter finish_lane publication.lanes;
      List.iter Inbox.publisher_closed publication.takers;
      publication.lanes <- [];
      publication.takers <- []);
  Bell.close publication.changed

let withdraw t publication =
  let is_last =
    Sync.locked t.lock (fun () ->
        publication.publishers <- publication.publishers - 1;
        let is_last = publication.publishers = 0 in
        if is_last then
          t.publications <- List.filter (fun known -> known != publication) t.publications;
        is_last)
  in
  if is_last then finish publication

let admit_all t publication =
  match List.iter (fun link -> admit t link publication) t.links with
  | () -> ()
  | exception exn ->
      withdraw t publication;
      raise exn

let advertise t topic =
  let publication = Sync.locked t.lock (fun () -> publication_of t topic) in
  Result.iter (admit_all t) publication;
  publication

let send_lane buffer length lane =
  Frame.renumber buffer ~pos:0 ~channel:lane.channel ~sequence:(lane.sent land 0xFFFF_FFFF);
  if lane.link.write buffer length then lane.sent <- lane.sent + 1

let send_local publication buffer length =
  Frame.renumber buffer ~pos:0 ~channel:0 ~sequence:(publication.local_sent land 0xFFFF_FFFF);
  publication.local_sent <- publication.local_sent + 1;
  let bytes = Bytes.sub_string buffer 0 length in
  let item = frame_of publication.topic.name (Frame.parse bytes) bytes in
  List.iter (fun taker -> Inbox.push taker item) publication.takers

let send publication encode =
  Sync.locked publication.order (fun () ->
      let buffer, length = encode () in
      List.iter (send_lane buffer length) publication.lanes;
      if publication.takers <> [] then send_local publication buffer length)

let subscribers publication =
  let count total lane = total + lane.link.subscribers publication.topic.name in
  List.fold_left count (List.length publication.takers) publication.lanes

let tick t = List.iter (fun link -> link.tick ()) t.links

let interrupt t =
  t.is_closed <- true;
  List.iter (fun receiver -> Inbox.interrupt receiver.inbox) t.receivers

let close t =
  let publications, links =
    Sync.locked t.lock (fun () ->
        let found = (t.publications, t.links) in
        t.is_closed <- true;
        t.publications <- [];
        t.links <- [];
        found)
  in
  List.iter (fun receiver -> Inbox.stop receiver.inbox) t.receivers;
  List.iter finish publications;
  List.iter (fun link -> link.leave ()) links
