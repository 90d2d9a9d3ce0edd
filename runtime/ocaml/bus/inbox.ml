type frame = { topic : string; header : Mycelium_wire.Frame.header; bytes : string }
type item = Frame of frame | Fault of Fault.t
type look = Item of item | Empty | Ended

type t = {
  lock : Mutex.t;
  (* Signalled when half of the room is free again, and when it is stopped. *)
  room : Condition.t;
  items : item Queue.t;
  bell : Bell.t;
  mutable waiting : int;  (* Threads that wait for room. *)
  mutable has_seen_publisher : bool;
  mutable open_publishers : int;
  mutable is_stopped : bool;
}

let capacity = 4096

let create () =
  {
    lock = Mutex.create ();
    room = Condition.create ();
    items = Queue.create ();
    bell = Bell.create ();
    waiting = 0;
    has_seen_publisher = false;
    open_publishers = 0;
    is_stopped = false;
  }

let wait_for_room t =
  t.waiting <- t.waiting + 1;
  while Queue.length t.items >= capacity && not t.is_stopped do
    Condition.wait t.room t.lock
  done;
  t.waiting <- t.waiting - 1

let push t item =
  Sync.locked t.lock (fun () ->
      wait_for_room t;
      if not t.is_stopped then Queue.push item t.items);
  Bell.ring t.bell

let look_locked t =
  if t.is_stopped then Ended
  else
    match Queue.take_opt t.items with
    | Some item ->
        if t.waiting > 0 && Queue.length t.items <= capacity / 2 then Condition.broadcast t.room;
        Item item
    | None -> if t.has_seen_publisher && t.open_publishers = 0 then Ended else Empty

let look t =
  Mutex.lock t.lock;
  let found = look_locked t in
  Mutex.unlock t.lock;
  found

(* Whether [look] would find something else than [Empty]. *)
let is_ready t =
  Sync.locked t.lock (fun () ->
      t.is_stopped
      || (not (Queue.is_empty t.items))
      || (t.has_seen_publisher && t.open_publishers = 0))

let await t =
  Bell.disarm t.bell;
  Bell.arm t.bell;
  if is_ready t then (
    Bell.disarm t.bell;
    `Ready)
  else `Wait (Bell.descriptor t.bell)

let rec take t ~deadline =
  match look t with
  | Empty -> (
      Bell.arm t.bell;
      match look t with
      | Empty when deadline > Clock.monotonic () ->
          Bell.wait t.bell ~deadline;
          take t ~deadline
      | found ->
          Bell.disarm t.bell;
          found)
  | found -> found

let publisher_opened t =
  Sync.locked t.lock (fun () ->
      t.has_seen_publisher <- true;
      t.open_publishers <- t.open_publishers + 1)

let publisher_closed t =
  Sync.locked t.lock (fun () -> t.open_publishers <- t.open_publishers - 1);
  Bell.ring t.bell

let is_stopped t = t.is_stopped

let interrupt t =
  t.is_stopped <- true;
  Bell.ring t.bell

let stop t =
  Sync.locked t.lock (fun () ->
      t.is_stopped <- true;
      Queue.clear t.items;
      Condition.broadcast t.room);
  Bell.ring t.bell
