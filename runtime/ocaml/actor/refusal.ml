let of_exn = function
  | Failure why | Sys_error why -> Some why
  | Unix.Unix_error (((EMFILE | ENFILE) as error), call, _) ->
      Some
        (Printf.sprintf "%s: %s; raise the limit (`ulimit -n`), or keep fewer files and sockets open" call
           (Unix.error_message error))
  | Unix.Unix_error (error, call, _) -> Some (call ^ ": " ^ Unix.error_message error)
  | _ -> None
