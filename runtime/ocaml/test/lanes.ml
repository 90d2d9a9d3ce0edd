(* The way of a topic over a link: one, whoever asks for it at once. *)

open Mycelium_bus

(* While a link is asked for a topic by its publisher, it asks for all topics by itself, in another thread. *)
let one_lane_for_both () =
  let hub = Hub.create ~node:"a" ~service:"a" in
  let asked = ref 0 and written = ref 0 and others = ref [] in
  let rec admit _ =
    incr asked;
    if !asked = 1 then (
      others := [ Thread.create (fun () -> Hub.offer hub (Lazy.force link)) () ];
      (* It has time to be admitted as well. *)
      for _ = 1 to 100 do
        Thread.yield ()
      done);
    Some !asked
  and link =
    lazy
      {
        Hub.peer = "b";
        admit;
        write =
          (fun _ _ ->
            incr written;
            true);
        finish = (fun ~channel:_ ~sent:_ -> ());
        subscribers = (fun _ -> 1);
        wake = ignore;
        tick = ignore;
        leave = ignore;
      }
  in
  Check.is_true "the bus is open" (Hub.add_link hub (Lazy.force link));
  match Hub.advertise hub (Selector.topic_of (module Market.Trade)) with
  | Error digest -> Check.fail "another version: %s" digest
  | Ok publication ->
      List.iter Thread.join !others;
      let frame = Bytes.of_string (Market.Trade.to_frame (Sample.trade 1)) in
      Hub.send publication (fun () -> (frame, Bytes.length frame));
      Check.int ~expected:1 !written;
      Hub.close hub

let () = Check.run "lanes" [ ("one lane, whoever asks for it", one_lane_for_both) ]
