open Mycelium_wire

type t = {
  mutable count : int;
  mutable lost : int;
  mutable bytes : int;
  mutable levels : int;
  mutable quantity : Market.Quantity.t;
  sha256 : Sha256.t;
  latency : Histogram.t;
}

let create () =
  {
    count = 0;
    lost = 0;
    bytes = 0;
    levels = 0;
    quantity = Market.Quantity.zero;
    sha256 = Sha256.create ();
    latency = Histogram.create ();
  }

let count t = t.count
let lost t = t.lost
let add_lost t count = t.lost <- t.lost + count

let record t frame ~levels ~traded =
  t.count <- t.count + 1;
  t.bytes <- t.bytes + String.length frame;
  t.levels <- t.levels + levels;
  t.quantity <- Market.Quantity.add t.quantity traded;
  Sha256.add t.sha256 frame

let note_latency t ~sent =
  Histogram.record t.latency (Int64.to_int (Duration.to_ns (Timestamp.diff (Mycelium.Clock.now ()) sent)))

let to_json t =
  let bucket (lowest, count) = Printf.sprintf "[%d,%d]" lowest count in
  Printf.sprintf
    {|{"count":%d,"lost":%d,"bytes":%d,"levels":%d,"quantity":"%s","sha256":"%s","latency_ns":[%s]}|}
    t.count t.lost t.bytes t.levels
    (Market.Quantity.to_string t.quantity)
    (Sha256.to_hex t.sha256)
    (String.concat "," (List.map bucket (Histogram.buckets t.latency)))
