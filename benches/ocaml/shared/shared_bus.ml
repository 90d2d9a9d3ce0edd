(* What OCaml and Rust take for a message between them in one process: each side's own time, on one thread, without
   the other's. `shared_bus.exe ROUNDS BATCH` prints the medians as JSON. *)

open Mycelium_shared
open Mycelium_wire

(* Messages at a time, which wait for the subscriber together: at most 1024. *)
let batch = int_of_string Sys.argv.(2)

let trade number =
  let now = Timestamp.of_ns 1_723_161_255_030_314_667L in
  Market.Trade.make ~event_time:now ~sent_time:now ~trade_id:(U64.of_int number) ~symbol:"BTCUSDT"
    ~venue:Market.Venue.Binance ~side:Buy ~flags:Market.TradeFlags.buyer_is_maker
    ~price:(Decimal.S8.of_int 61_250) ~quantity:(Decimal.S8.of_int 1) ()

let trades = Array.init batch trade

let failed fmt = Printf.ksprintf failwith fmt
let checked what ns = if ns < 0 then failed "%s failed" what else float_of_int ns /. float_of_int batch

let timed f =
  let start = Mycelium_bus.Clock.now_ns () in
  f ();
  float_of_int (Mycelium_bus.Clock.now_ns () - start) /. float_of_int batch

let publish publisher () = Array.iter (Publisher.publish_exn publisher) trades

let receive subscriber () =
  for number = 0 to batch - 1 do
    match Subscriber.try_recv subscriber with
    | `Message (trade : Market.Trade.t) when U64.equal trade.trade_id trades.(number).trade_id -> ()
    | _ -> failed "trade %d is not there" number
  done

let read frames () =
  for number = 0 to batch - 1 do
    match Frames.try_recv frames with
    | `Message { bytes; _ } -> (
        match Market.Trade.View.of_frame bytes with
        | Ok trade when U64.equal (Market.Trade.View.trade_id trade) trades.(number).trade_id -> ()
        | _ -> failed "another trade than %d" number)
    | _ -> failed "trade %d is not there" number
  done

(* Each way on a bus of its own, so that nobody else receives. *)
let to_rust () =
  let bus = Bus.create () in
  let rust = Rust_services.subscriber bus in
  let publisher = Publisher.create_exn bus (module Market.Trade) in
  fun () ->
    let ocaml = timed (publish publisher) in
    [ ("OCaml publishes", ocaml); ("Rust receives that", checked "receiving" (Rust_services.drain rust batch)) ]

let from_rust ~name receive_from =
  let bus = Bus.create () in
  let rust = Rust_services.publisher bus in
  let receive = receive_from bus in
  fun () ->
    let published = checked "publishing" (Rust_services.publish rust batch) in
    [ ("Rust publishes to OCaml", published); (name, timed receive) ]

let among_ocaml () =
  let bus = Bus.create () in
  let subscriber = Subscriber.create bus (module Market.Trade) in
  let publisher = Publisher.create_exn bus (module Market.Trade) in
  fun () ->
    let published = timed (publish publisher) in
    [ ("OCaml publishes to OCaml", published); ("OCaml receives that", timed (receive subscriber)) ]

(* A bare call from OCaml to Rust and back, which finds that there is nothing to do, for scale. *)
let bare () =
  let bus = Bus.create () in
  let rust = Rust_services.publisher bus in
  fun () ->
    let call () =
      for _ = 1 to batch do
        ignore (Sys.opaque_identity (Rust_services.drain rust 0))
      done
    in
    [ ("a bare call of a function of Rust", timed call) ]

let median values =
  let sorted = List.sort compare values in
  List.nth sorted (List.length sorted / 2)

let () =
  let rounds = int_of_string Sys.argv.(1) in
  let cases =
    [
      to_rust ();
      from_rust ~name:"OCaml receives that of Rust, as a value" (fun bus ->
          receive (Subscriber.create bus (module Market.Trade)));
      from_rust ~name:"OCaml receives that of Rust, as a view" (fun bus ->
          read (Frames.of_messages bus [ (module Market.Trade) ]));
      among_ocaml ();
      bare ();
    ]
  in
  let measured = Hashtbl.create 16 and names = ref [] in
  for _ = 1 to rounds do
    let keep (name, ns) =
      if not (Hashtbl.mem measured name) then names := name :: !names;
      Hashtbl.replace measured name (ns :: Option.value (Hashtbl.find_opt measured name) ~default:[])
    in
    List.iter (fun case -> List.iter keep (case ())) cases
  done;
  let line name =
    let values = Hashtbl.find measured name in
    Printf.sprintf {|{"name": %S, "median_ns": %.1f, "least_ns": %.1f}|} name (median values)
      (List.fold_left Float.min infinity values)
  in
  Printf.printf "[%s]\n" (String.concat ",\n " (List.rev_map line !names))
