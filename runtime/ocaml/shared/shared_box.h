/* Boxes: what of the library OCaml holds. A handle is a box behind a custom block, for the block moves and a box does not.
 * The box counts the calls that use it; what is closed meanwhile is freed by the last of them. */
#ifndef MYCELIUM_SHARED_BOX_H
#define MYCELIUM_SHARED_BOX_H

#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/custom.h>
#include <caml/mlvalues.h>
#include <caml/version.h>

#include "mycelium.h"

enum kind { BUS, PUBLISHER, SUBSCRIBER };

/* In the state of a box: whether it is closed, beside the number of calls that use it. */
#define CLOSED (1 << 30)

typedef struct {
  const myc_bus_api *api;
  void *handle;
  enum kind kind;
  int state;
} box;

#define Box_val(v) (*(box **)Data_custom_val(v))

/* The state is touched by threads of OCaml that hold the runtime lock. In OCaml 4 there is one for all of them, which
 * makes each access whole: locked instructions, four a message, would only cost time. */
#if OCAML_VERSION < 50000
static inline int state_of(box *b) { return b->state; }
static inline void set_state(box *b, int state) { b->state = state; }
static inline int add_to_state(box *b, int more) { return b->state += more; }
static inline int close_state(box *b) { return (b->state |= CLOSED); }

static inline int change_state(box *b, int from, int to)
{
  if (b->state != from)
    return 0;
  b->state = to;
  return 1;
}
#else
static inline int state_of(box *b) { return __atomic_load_n(&b->state, __ATOMIC_ACQUIRE); }
static inline void set_state(box *b, int state) { __atomic_store_n(&b->state, state, __ATOMIC_RELEASE); }
static inline int add_to_state(box *b, int more) { return __atomic_add_fetch(&b->state, more, __ATOMIC_ACQ_REL); }
static inline int close_state(box *b) { return __atomic_or_fetch(&b->state, CLOSED, __ATOMIC_ACQ_REL); }

static inline int change_state(box *b, int from, int to)
{
  return __atomic_compare_exchange_n(&b->state, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
#endif

/* Frees the handle of a box that is closed, without the runtime lock: the last handle of a bus waits for its peers. */
void mycelium_box_free_handle(box *b);

/* A closed box, into which the handle is put once it is there. */
value mycelium_box_of(const myc_bus_api *api, enum kind kind);

/* Opens the box if that has worked; else raises Failure. */
void mycelium_box_open(value v, int code, void *handle);

static inline int is_closed(box *b)
{
  return (state_of(b) & CLOSED) != 0;
}

/* Ends the use of a box that was entered. Whoever sees it closed and unused first takes the handle. */
static inline void leave(box *b)
{
  if (add_to_state(b, -1) == CLOSED && change_state(b, CLOSED, CLOSED | (CLOSED >> 1)))
    mycelium_box_free_handle(b);
}

/* Begins to use a box; false where it is closed. */
static inline int enter(box *b)
{
  if (!(add_to_state(b, 1) & CLOSED))
    return 1;
  leave(b);
  return 0;
}

/* The same where nobody else uses it. */
static inline int enter_alone(box *b)
{
  return change_state(b, 0, 1);
}

static inline value text_of(const myc_bus_api *api)
{
  return caml_copy_string(api->last_error());
}

#endif
