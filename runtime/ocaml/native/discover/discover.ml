(* Flags that link libmycelium_ffi.a from the folder that is given, or from where the linker looks. The
   archive is named in full, because the linker would prefer a shared library beside it, which the
   program would then have to find each time it starts. *)

let system = [ "-lpthread"; "-ldl"; "-lm" ]

let () =
  let archive =
    match Sys.argv.(1) with
    | "" -> "-lmycelium_ffi"
    | folder -> Filename.concat folder "libmycelium_ffi.a"
  in
  let flags = List.concat_map (fun flag -> [ "-cclib"; flag ]) (archive :: system) in
  Printf.printf "(%s)\n" (String.concat " " (List.map (Printf.sprintf "%S") flags))
