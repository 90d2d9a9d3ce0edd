(* Flags that link an archive of cargo from the folder that is given, or from where the linker looks. The archive is named
   in full, because the linker would prefer a shared library beside it, which the program would then have to find each
   time it starts.

   `discover.exe NAME FOLDER`. dune does not know the archive as what programs are made of; so the flags hold its size
   and the time of its last change, in a macro that nobody reads: where cargo has made another one, they differ, and programs
   are linked anew. This runs at each build, and the archive is large: so its contents are not looked at. *)

let system = [ "-lpthread"; "-ldl"; "-lm" ]

let () =
  let name = Sys.argv.(1) in
  let archive, stamp =
    match Sys.argv.(2) with
    | "" -> ("-l" ^ name, [])
    | folder ->
        let path = Filename.concat folder ("lib" ^ name ^ ".a") in
        let stamp =
          match Unix.stat path with
          | { st_size; st_mtime; _ } -> Printf.sprintf "%d_%.6f" st_size st_mtime
          | exception Unix.Unix_error (ENOENT, _, _) -> "none"
        in
        (path, [ "-ccopt"; Printf.sprintf "-DARCHIVE_%s=%s" name stamp ])
  in
  let flags = stamp @ List.concat_map (fun flag -> [ "-cclib"; flag ]) (archive :: system) in
  Printf.printf "(%s)\n" (String.concat " " (List.map (Printf.sprintf "%S") flags))
