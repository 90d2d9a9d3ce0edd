/* How boxes come and go: see shared_box.h. */
#include <pthread.h>
#include <stdlib.h>

#include "shared_box.h"

#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/signals.h>

static void free_handle(box *b)
{
  switch (b->kind) {
  case BUS: b->api->bus_release(b->handle); break;
  case PUBLISHER: b->api->publisher_close(b->handle); break;
  case SUBSCRIBER: b->api->subscriber_close(b->handle); break;
  }
}

void mycelium_box_free_handle(box *b)
{
  caml_enter_blocking_section_no_pending();
  free_handle(b);
  caml_leave_blocking_section();
}

static void *free_all(void *forgotten)
{
  box *b = forgotten;
  free_handle(b);
  free(b);
  return NULL;
}

/* What nobody can reach any more is freed in a thread of its own: the collector must not wait. */
static void finalize(value v)
{
  box *b = Box_val(v);
  pthread_t thread;
  if (b == NULL)
    return;
  if (state_of(b) & CLOSED)
    free(b);
  else if (pthread_create(&thread, NULL, free_all, b) == 0)
    pthread_detach(thread);
  else
    free_all(b);
}

static struct custom_operations operations = {
  "mycelium.shared", finalize, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

value mycelium_shared_close(value v)
{
  CAMLparam1(v);
  box *b = Box_val(v);
  /* Used as by a call, which leaves at once. */
  if (enter(b)) {
    int users = close_state(b) & ~CLOSED;
    /* Others may wait in it for room, for ever; the last of them frees it. */
    if (b->kind == PUBLISHER && users > 1) {
      caml_enter_blocking_section_no_pending();
      b->api->publisher_end(b->handle);
      caml_leave_blocking_section();
    }
    leave(b);
  }
  CAMLreturn(Val_unit);
}

value mycelium_box_of(const myc_bus_api *api, enum kind kind)
{
  CAMLparam0();
  CAMLlocal1(v);
  box *b;
  v = caml_alloc_custom(&operations, sizeof(box *), 0, 1);
  Box_val(v) = NULL;
  b = malloc(sizeof *b);
  if (b == NULL)
    caml_raise_out_of_memory();
  b->api = api;
  b->handle = NULL;
  b->kind = kind;
  set_state(b, CLOSED | (CLOSED >> 1));
  Box_val(v) = b;
  CAMLreturn(v);
}

void mycelium_box_open(value v, int code, void *handle)
{
  box *b = Box_val(v);
  if (code != MYC_OK) {
    CAMLparam1(v);
    CAMLlocal1(text);
    text = text_of(b->api);
    caml_failwith_value(text);
    CAMLnoreturn;
  }
  b->handle = handle;
  set_state(b, 0);
}
