/* A clock of the day that a test sets: in this program it stands in the place of the C library's. */
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

#include <caml/mlvalues.h>

static long stepped_s;

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
  struct timespec found;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &found);
  now->tv_sec = found.tv_sec + stepped_s;
  now->tv_usec = found.tv_nsec / 1000;
  return 0;
}

value mycelium_test_step_clock(value seconds)
{
  stepped_s += Long_val(seconds);
  return Val_unit;
}
