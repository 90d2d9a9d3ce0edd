type t =
  | Digest_mismatch of { topic : string; ours : string; theirs : string; peer : string }
  | Peer_vanished of { node : string }
  | Lost of { topic : string; count : int }
  | Decode of Mycelium_wire.Error.t

let to_string = function
  | Digest_mismatch { topic; ours; theirs; peer } ->
      Printf.sprintf
        "topic `%s`: digest %s here, %s at node `%s`; generate both sides from the same schema"
        topic ours theirs peer
  | Peer_vanished { node } -> Printf.sprintf "node `%s` vanished without a goodbye" node
  | Lost { topic; count } -> Printf.sprintf "topic `%s`: %d messages were lost" topic count
  | Decode error -> "a message that is none: " ^ Mycelium_wire.Error.to_string error

let pp ppf fault = Format.pp_print_string ppf (to_string fault)
