(* The other process of a test: `peer TOPOLOGY SERVICE WORK COUNT`. *)

open Mycelium

(* The same topic as trades, of another version. *)
module Other_trade = struct
  include Market.Trade

  let digest = Mycelium_wire.Digest.of_bytes (String.make 32 '\x11')
end

let patience = 20.

let publish bus count =
  let trades = Publisher.create_exn bus (module Market.Trade) in
  if not (Publisher.wait_for_subscribers trades 1 ~timeout:patience) then failwith "no subscriber";
  for n = 0 to count - 1 do
    Publisher.publish_exn trades (Sample.trade n)
  done;
  Publisher.close trades

let publish_other bus =
  let trades = Publisher.create_exn bus (module Other_trade) in
  ignore (Publisher.wait_for_subscribers trades 1 ~timeout:1.)

(* Checks that so many trades come, in order, and nothing else. *)
let receive bus count =
  let trades = Subscriber.create bus (module Market.Trade) in
  let seen = ref 0 in
  let check trade =
    if not (Market.Trade.equal trade (Sample.trade !seen)) then failwith "another trade";
    incr seen
  in
  (match Subscriber.iter check trades with
  | Ok () -> ()
  | Error fault -> failwith (Fault.to_string fault));
  if !seen <> count then failwith (Printf.sprintf "%d trades" !seen)

let work bus what count =
  match what with
  | "publish" -> publish bus count
  | "publish_other" -> publish_other bus
  | "receive" -> receive bus count
  | _ -> failwith "no such work"

let () =
  let path = Sys.argv.(1) and service = Sys.argv.(2) in
  match Bus.from_topology ~path ~service with
  | Error why -> failwith why
  | Ok bus -> Bus.with_bus bus (fun bus -> work bus Sys.argv.(3) (int_of_string Sys.argv.(4)))
