(* The OCaml side of the meetings of any two languages: `peer.rs` says what it does. *)

open Mycelium
open Mycelium_wire
module Nothing = Vectors_scalars.Nothing

let total = 300
let nothing_every = 100
let large_levels = 8_000
let patience = 20.

(* The topic of trades, of another version. *)
module Other_trade = struct
  include Market.Trade

  let digest = Digest.of_bytes (String.make 32 '\x22')
end

let fail fmt = Printf.ksprintf failwith fmt

let depth n =
  let mantissa value = Market.Price.of_mantissa (Int64.of_int value) in
  let level i = Market.Level.make ~price:(mantissa ((61_250 * i) + n)) ~quantity:(mantissa (-i)) () in
  let levels = if n + 1 = total then large_levels else n mod 20 in
  Market.DepthUpdate.make
    ~event_time:(Timestamp.of_ns (Int64.of_int n))
    ~sent_time:(Timestamp.of_ns (Int64.of_int (n + 1)))
    ~first_update_id:(U64.of_int n)
    ~last_update_id:(U64.of_int (n + 7))
    ?previous_update_id:(if n mod 2 = 1 then Some (U64.of_int n) else None)
    ~symbol:"BTCUSDT"
    ~venue:(if n mod 3 = 0 then Market.Venue.Unknown 77 else Market.Venue.Binance)
    ~bids:(Array.init levels level) ~asks:[||] ()

let await publisher =
  if not (Publisher.wait_for_subscribers publisher 1 ~timeout:patience) then fail "no subscriber"

let publish bus =
  let other = Publisher.create_exn bus (module Other_trade) in
  let nothings = Publisher.create_exn bus (module Nothing) in
  let depths = Publisher.create_exn bus (module Market.DepthUpdate) in
  await nothings;
  await depths;
  for n = 0 to total - 1 do
    if n mod nothing_every = 0 then Publisher.publish_exn nothings (Nothing.make ());
    Publisher.publish_exn depths (depth n)
  done;
  Publisher.close depths;
  Publisher.close nothings;
  Publisher.close other;
  print_endline ("other " ^ Other_trade.digest)

(* How many messages come until the end. *)
let rec count subscriber ~is_right seen =
  match Subscriber.recv_timeout subscriber ~timeout:patience with
  | `Ended -> seen
  | `Message message when is_right seen message -> count subscriber ~is_right (seen + 1)
  | `Message _ -> fail "another message than number %d" seen
  | `Fault fault -> fail "number %d: %s" seen (Fault.to_string fault)
  | `Empty -> fail "number %d does not come" seen

let check_counts seen empty =
  if (seen, empty) <> (total, total / nothing_every) then
    fail "%d messages and %d empty ones before the end" seen empty

let receive bus =
  let trades = Subscriber.create bus (module Market.Trade) in
  let nothings = Subscriber.create bus (module Nothing) in
  let depths = Subscriber.create bus (module Market.DepthUpdate) in
  let is_right n update = Market.DepthUpdate.equal update (depth n) in
  let seen = count depths ~is_right 0 in
  check_counts seen (count nothings ~is_right:(fun _ () -> true) 0);
  match Subscriber.recv_timeout trades ~timeout:patience with
  | `Fault (Digest_mismatch { topic; ours; theirs; peer })
    when topic = Market.Trade.topic && ours = Market.Trade.digest ->
      Printf.printf "other %s at %s\n" theirs peer
  | `Fault fault -> fail "another fault: %s" (Fault.to_string fault)
  | `Message _ | `Empty | `Ended -> fail "no other digest of trades"

let frames bus =
  let frames = Frames.create bus [ "market.>"; "*.*.nothing" ] in
  let seen = ref 0 and empty = ref 0 in
  let check (frame : Frames.frame) =
    if frame.topic = Nothing.topic then (
      if !seen <> !empty * nothing_every then fail "an empty one behind %d others" !seen;
      incr empty)
    else
      match Market.DepthUpdate.of_frame frame.bytes with
      | Ok update when Market.DepthUpdate.equal update (depth !seen) -> incr seen
      | Ok _ -> fail "another frame than number %d" !seen
      | Error error -> fail "frame %d: %s" !seen (Error.to_string error)
  in
  match Frames.iter check frames with
  | Ok () -> check_counts !seen !empty
  | Error fault -> fail "frame %d: %s" !seen (Fault.to_string fault)

let work bus role =
  match role with
  | "publish" -> publish bus
  | "receive" -> receive bus
  | "frames" -> frames bus
  | _ -> fail "no such role: %s" role

let () =
  match Bus.from_topology ~path:Sys.argv.(1) ~service:Sys.argv.(2) with
  | Error why -> failwith why
  | Ok bus -> Bus.with_bus bus (fun bus -> work bus Sys.argv.(3))
