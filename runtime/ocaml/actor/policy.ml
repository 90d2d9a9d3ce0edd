type restart = Always | On_failure | Never
type kept_state = Remade | Kept
type backoff = { first : float; most : float; jitter : float }
type intensity = { restarts : int; within : float }

type t = {
  restart : restart;
  backoff : backoff;
  intensity : intensity;
  state : kept_state;
}

let default =
  {
    restart = On_failure;
    backoff = { first = 0.01; most = 10.; jitter = 0.2 };
    intensity = { restarts = 10; within = 60. };
    state = Remade;
  }

let no_restart = { restarts = 0; within = 0. }

type restarts = {
  policy : t;
  random : Random.State.t;
  mutable recent : float list;  (* Newest first. *)
  mutable in_a_row : int;
  mutable last : float;
}

let restarts policy =
  { policy; random = Random.State.make_self_init (); recent = []; in_a_row = -1; last = neg_infinity }

let pause { first; most; jitter } number random =
  let doubled = ldexp first (min number 64) in
  let kept = 1. -. (Float.max 0. (Float.min 1. jitter) *. Random.State.float random 1.) in
  Float.min doubled most *. kept

let next t ~now =
  let { backoff; intensity; _ } = t.policy in
  t.recent <- List.filter (fun at -> now -. at <= intensity.within) t.recent;
  if List.length t.recent >= intensity.restarts then None
  else (
    t.recent <- now :: t.recent;
    t.in_a_row <- (if now -. t.last > backoff.most then 0 else t.in_a_row + 1);
    t.last <- now +. pause backoff t.in_a_row t.random;
    Some t.last)
