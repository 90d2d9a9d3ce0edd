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
