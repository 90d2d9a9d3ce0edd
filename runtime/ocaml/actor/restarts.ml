type t = {
  policy : Policy.t;
  random : Random.State.t;
  mutable recent : float list;  (* Newest first. *)
  mutable in_a_row : int;
  mutable last : float;
}

let create policy =
  { policy; random = Random.State.make_self_init (); recent = []; in_a_row = -1; last = neg_infinity }

(* From this doubling on a pause of a nanosecond is longer than any life. *)
let most_doublings = 64

let pause ({ first; most; jitter } : Policy.backoff) number random =
  let doubled = ldexp first (min number most_doublings) in
  let kept = 1. -. (Float.max 0. (Float.min 1. jitter) *. Random.State.float random 1.) in
  Float.min doubled most *. kept

let next t ~now =
  let { Policy.backoff; intensity; _ } = t.policy in
  t.recent <- List.filter (fun at -> now -. at <= intensity.within) t.recent;
  if List.length t.recent >= intensity.restarts then None
  else (
    t.recent <- now :: t.recent;
    t.in_a_row <- (if now -. t.last > backoff.most then 0 else t.in_a_row + 1);
    t.last <- now +. pause backoff t.in_a_row t.random;
    Some t.last)
