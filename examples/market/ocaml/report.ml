let accounts tallies =
  let account (topic, tally) = Printf.sprintf "%S:%s" topic (Tally.to_json tally) in
  String.concat "," (List.map account tallies)

let write ~folder ~published ~received ~rejected =
  let channel = open_out (Filename.concat folder "risk.json") in
  Fun.protect ~finally:(fun () -> close_out channel) @@ fun () ->
  Printf.fprintf channel
    {|{"service":"risk","language":"OCaml","published":{%s},"received":{%s},"rejected":[%s]}|}
    (accounts published) (accounts received)
    (String.concat "," (List.map string_of_int rejected))
