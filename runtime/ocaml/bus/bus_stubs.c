/* What the system offers and OCaml's Unix library does not: clocks, the user at the
 * other end of a Unix socket, and locks on folders. */
#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>

#include <caml/alloc.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

intnat mycelium_now_ns(value unit)
{
  struct timespec now;
  (void)unit;
  clock_gettime(CLOCK_REALTIME, &now);
  return (intnat)now.tv_sec * 1000000000 + now.tv_nsec;
}

value mycelium_now_ns_byte(value unit)
{
  return Val_long(mycelium_now_ns(unit));
}

/* Seconds of the clock that nobody sets. */
double mycelium_monotonic(value unit)
{
  struct timespec now;
  (void)unit;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

value mycelium_monotonic_byte(value unit)
{
  return caml_copy_double(mycelium_monotonic(unit));
}

/* The user id of the process at the other end, or -1. */
value mycelium_peer_uid(value fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(Int_val(fd), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return Val_long(-1);
  return Val_long((intnat)peer.uid);
}

/* Waits for the lock of an open folder; it goes with the descriptor. */
value mycelium_lock_folder(value fd)
{
  int done;
  int number = Int_val(fd);
  caml_enter_blocking_section();
  done = flock(number, LOCK_EX);
  caml_leave_blocking_section();
  return Val_bool(done == 0);
}
