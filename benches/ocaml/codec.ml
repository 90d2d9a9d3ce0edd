(* Nanoseconds that encoding and decoding take in OCaml for each event of a stream of frames. *)

open Mycelium_wire

let passes = 5

let read path =
  let channel = open_in_bin path in
  Fun.protect ~finally:(fun () -> close_in channel) @@ fun () ->
  really_input_string channel (in_channel_length channel)

(* Frames of one type, in order. *)
let frames_of data type_id =
  let rec collect pos frames =
    if pos >= String.length data then Array.of_list (List.rev frames)
    else
      let header = Frame.parse ~pos data in
      let size = Frame.size header in
      let frames =
        if header.type_id = type_id then String.sub data pos size :: frames else frames
      in
      collect (pos + size) frames
  in
  collect 0 []

(* For each item, in the fastest of a few passes. *)
let fastest_ns run items =
  let time () =
    let start = Unix.gettimeofday () in
    Array.iter (fun item -> ignore (Sys.opaque_identity (run item))) items;
    Unix.gettimeofday () -. start
  in
  let best = List.fold_left min infinity (List.init passes (fun _ -> time ())) in
  best *. 1e9 /. float_of_int (Array.length items)

let measure (type a) data (module M : Message.S with type t = a) =
  let frames = frames_of data M.type_id in
  if Array.length frames = 0 then None
  else
    let messages = Array.map (fun frame -> M.of_frame_exn frame) frames in
    let bytes = Array.fold_left (fun sum frame -> sum + String.length frame) 0 frames in
    let encode_ns = fastest_ns M.to_frame messages in
    let decode_ns = fastest_ns (fun frame -> M.of_frame_exn frame) frames in
    let kind = List.nth (String.split_on_char '.' M.name) 1 in
    Some
      (Printf.sprintf {|"%s":{"count":%d,"bytes":%d,"encode_ns":%f,"decode_ns":%f}|} kind
         (Array.length frames) bytes encode_ns decode_ns)

let () =
  let data = read Sys.argv.(1) in
  let open Market in
  let times =
    [
      measure data (module BookTicker);
      measure data (module Trade);
      measure data (module DepthUpdate);
      measure data (module Snapshot);
    ]
  in
  Printf.printf "{%s}\n" (String.concat "," (List.filter_map Fun.id times))
