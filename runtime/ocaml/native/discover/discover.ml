(* Flags that link an archive of cargo from the folder that is given, or from where the linker looks. The archive is named
   in full, because the linker would prefer a shared library beside it, which the program would then have to find each
   time it starts.

   `discover.exe NAME FOLDER`. dune does not know the archive as what programs are made of; so the flags hold its digest,
   in a macro that nobody reads: where cargo has made another one, they differ, and programs are linked anew. *)

let system = [ "-lpthread"; "-ldl"; "-lm" ]

let () =
  let name = Sys.argv.(1) in
  let archive, stamp =
    match Sys.argv.(2) with
    | "" -> ("-l" ^ name, [])
    | folder ->
        let path = Filename.concat folder ("lib" ^ name ^ ".a") in
        let digest = if Sys.file_exists path then Digest.to_hex (Digest.file path) else "none" in
        (path, [ "-ccopt"; Printf.sprintf "-DARCHIVE_%s=0x%s" name digest ])
  in
  let flags = stamp @ List.concat_map (fun flag -> [ "-cclib"; flag ]) (archive :: system) in
  Printf.printf "(%s)\n" (String.concat " " (List.map (Printf.sprintf "%S") flags))
