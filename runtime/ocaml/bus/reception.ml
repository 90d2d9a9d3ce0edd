type patience = At_once | Until of float | For_ever

module type SOURCE = sig
  type 'a t
  type fault

  val fault_to_string : fault -> string
  val next : 'a t -> patience -> [ `Message of 'a | `Fault of fault | `Empty | `Ended ]
  val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]
  val is_closed : 'a t -> bool
  val close : 'a t -> unit
end

module type S = sig
  type 'a t
  type fault

  val recv : 'a t -> ('a option, fault) result

  type 'a event = [ `Message of 'a | `Fault of fault | `Empty | `Ended ]

  val try_recv : 'a t -> 'a event
  val recv_timeout : 'a t -> timeout:float -> 'a event
  val iter : ('a -> unit) -> 'a t -> (unit, fault) result

  val handle :
    ?on_exception:(exn -> Printexc.raw_backtrace -> unit) ->
    ?on_fault:(fault -> unit) ->
    ('a -> unit) ->
    'a t ->
    Thread.t

  val close : 'a t -> unit
  val is_closed : 'a t -> bool
  val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]
end

module type FRAMES = sig
  type t
  type fault

  type frame = Inbox.frame = {
    topic : string;
    header : Mycelium_wire.Frame.header;
    bytes : string;
  }

  val recv : t -> (frame option, fault) result
  val try_recv : t -> [ `Message of frame | `Fault of fault | `Empty | `Ended ]

  val recv_timeout :
    t -> timeout:float -> [ `Message of frame | `Fault of fault | `Empty | `Ended ]

  val iter : (frame -> unit) -> t -> (unit, fault) result
  val close : t -> unit
end

module Make (Source : SOURCE) = struct
  type 'a event = [ `Message of 'a | `Fault of Source.fault | `Empty | `Ended ]

  let try_recv t = Source.next t At_once
  let recv_timeout t ~timeout = Source.next t (Until (Clock.monotonic () +. timeout))

  let rec recv t =
    match Source.next t For_ever with
    | `Message message -> Ok (Some message)
    | `Fault fault -> Error fault
    | `Ended -> Ok None
    | `Empty -> recv t

  let rec iter f t =
    match recv t with
    | Ok (Some message) ->
        f message;
        iter f t
    | Ok None -> Ok ()
    | Error fault -> Error fault

  let report_fault fault = Handler.report "a subscriber" (Source.fault_to_string fault)

  let handle ?on_exception ?(on_fault = report_fault) f t =
    Handler.start ?on_exception ~on_fault ~recv:(fun () -> recv t) f

  let await = Source.await
  let is_closed = Source.is_closed
  let close = Source.close
end
