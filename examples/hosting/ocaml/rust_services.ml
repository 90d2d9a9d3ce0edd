external start_risk : (nativeint[@unboxed]) -> (int[@untagged])
  = "hosting_needs_native_code" "hosting_risk_start"
[@@noalloc]

let start_risk bus =
  if start_risk (Mycelium_shared.Bus.address bus) <> 0 then failwith "the risk service did not start"

type rust_end = nativeint

external open_end : (nativeint[@unboxed]) -> (int[@untagged]) -> (nativeint[@unboxed])
  = "hosting_needs_native_code" "hosting_measure_open"
[@@noalloc]

external publish : (nativeint[@unboxed]) -> (int[@untagged]) -> (int[@untagged])
  = "hosting_needs_native_code" "hosting_measure_publish"
[@@noalloc]

external drain : (nativeint[@unboxed]) -> (int[@untagged]) -> (int[@untagged])
  = "hosting_needs_native_code" "hosting_measure_drain"
[@@noalloc]

external close : (nativeint[@unboxed]) -> unit = "hosting_needs_native_code" "hosting_measure_close"
[@@noalloc]

let opened bus ~receives =
  match open_end (Mycelium_shared.Bus.address bus) (Bool.to_int receives) with
  | 0n -> failwith "the end in Rust did not open"
  | found -> found

let publisher bus = opened bus ~receives:false
let subscriber bus = opened bus ~receives:true
