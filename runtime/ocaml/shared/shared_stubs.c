/* The bus of Rust for OCaml, through its table of functions.
 *
 * A handle is a box behind a custom block, for the block moves and a box does not. The box counts the calls that use
 * it; what is closed meanwhile is freed by the last of them. Whatever may wait does so without the runtime lock,
 * and touches no OCaml value meanwhile. No thread of Rust ever calls OCaml.
 *
 * Handlers of signals, which may raise, run where a call begins and nothing is held, by caml_process_pending_actions.
 * To let go of the runtime lock runs none: an exception would jump over frames of Rust and the end of a use. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>
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
static int state_of(box *b) { return b->state; }
static void set_state(box *b, int state) { b->state = state; }
static int add_to_state(box *b, int more) { return b->state += more; }
static int close_state(box *b) { return (b->state |= CLOSED); }

static int change_state(box *b, int from, int to)
{
  if (b->state != from)
    return 0;
  b->state = to;
  return 1;
}
#else
static int state_of(box *b) { return __atomic_load_n(&b->state, __ATOMIC_ACQUIRE); }
static void set_state(box *b, int state) { __atomic_store_n(&b->state, state, __ATOMIC_RELEASE); }
static int add_to_state(box *b, int more) { return __atomic_add_fetch(&b->state, more, __ATOMIC_ACQ_REL); }
static int close_state(box *b) { return __atomic_or_fetch(&b->state, CLOSED, __ATOMIC_ACQ_REL); }

static int change_state(box *b, int from, int to)
{
  return __atomic_compare_exchange_n(&b->state, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
#endif

static void free_handle(box *b)
{
  switch (b->kind) {
  case BUS: b->api->bus_release(b->handle); break;
  case PUBLISHER: b->api->publisher_close(b->handle); break;
  case SUBSCRIBER: b->api->subscriber_close(b->handle); break;
  }
}

/* The last handle of a bus waits for its peers. */
static void free_handle_aside(box *b)
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

static int is_closed(box *b)
{
  return (state_of(b) & CLOSED) != 0;
}

/* Ends the use of a box that was entered. Whoever sees it closed and unused first takes the handle. */
static void leave(box *b)
{
  if (add_to_state(b, -1) == CLOSED && change_state(b, CLOSED, CLOSED | (CLOSED >> 1)))
    free_handle_aside(b);
}

/* Begins to use a box; false where it is closed. */
static int enter(box *b)
{
  if (!(add_to_state(b, 1) & CLOSED))
    return 1;
  leave(b);
  return 0;
}

/* The same where nobody else uses it. */
static int enter_alone(box *b)
{
  return change_state(b, 0, 1);
}

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

static value text_of(const myc_bus_api *api)
{
  return caml_copy_string(api->last_error());
}

value mycelium_shared_last_error(value v)
{
  return text_of(Box_val(v)->api);
}

/* A closed box, into which the handle is put once it is there. */
static value box_of(const myc_bus_api *api, enum kind kind)
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

/* Opens the box if that has worked; else raises Failure. */
static void open_box(value v, int code, void *handle)
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

static const myc_bus_api *own_api(void)
{
  const myc_bus_api *api = myc_bus_api_get(MYC_BUS_API_VERSION, sizeof(myc_bus_api));
  if (api == NULL)
    caml_failwith(myc_last_error());
  return api;
}

value mycelium_shared_bus_new(value capacity, value when_full)
{
  CAMLparam0();
  CAMLlocal1(v);
  const myc_bus_api *api = own_api();
  myc_bus_options options;
  myc_bus *bus = NULL;
  int code;
  memset(&options, 0, sizeof options);
  options.capacity = (size_t)Long_val(capacity);
  options.when_full = Int_val(when_full);
  v = box_of(api, BUS);
  code = api->bus_new(&options, &bus);
  open_box(v, code, bus);
  CAMLreturn(v);
}

value mycelium_shared_bus_from_topology(value path, value service)
{
  CAMLparam2(path, service);
  CAMLlocal1(v);
  const myc_bus_api *api = own_api();
  myc_bus *bus = NULL;
  char *path_copy, *service_copy;
  int code;
  caml_process_pending_actions();
  v = box_of(api, BUS);
  path_copy = caml_stat_strdup(String_val(path));
  service_copy = caml_stat_strdup(String_val(service));
  caml_enter_blocking_section_no_pending();
  code = api->bus_from_topology(path_copy, service_copy, NULL, &bus);
  caml_leave_blocking_section();
  caml_stat_free(path_copy);
  caml_stat_free(service_copy);
  open_box(v, code, bus);
  CAMLreturn(v);
}

/* A bus that another module has handed over, by the address of its table or 0 for ours. */
value mycelium_shared_bus_of(value table, value address)
{
  CAMLparam2(table, address);
  CAMLlocal1(v);
  const myc_bus_api *api = (const myc_bus_api *)Nativeint_val(table);
  myc_bus *bus = (myc_bus *)Nativeint_val(address);
  if (api == NULL)
    api = own_api();
  if (api->version != MYC_BUS_API_VERSION || api->size < sizeof(myc_bus_api))
    caml_failwith("the bus comes from another version of Mycelium: build both sides from one release");
  v = box_of(api, BUS);
  open_box(v, api->bus_retain(bus), bus);
  CAMLreturn(v);
}

value mycelium_shared_bus_table(value v)
{
  return caml_copy_nativeint((intnat)Box_val(v)->api);
}

value mycelium_shared_bus_address(value v)
{
  box *b = Box_val(v);
  if (is_closed(b))
    caml_failwith("the bus was closed");
  return caml_copy_nativeint((intnat)b->handle);
}

value mycelium_shared_bus_shutdown(value v)
{
  CAMLparam1(v);
  box *b = Box_val(v);
  caml_process_pending_actions();
  if (enter(b)) {
    caml_enter_blocking_section_no_pending();
    b->api->bus_shutdown(b->handle);
    caml_leave_blocking_section();
    leave(b);
  }
  CAMLreturn(Val_unit);
}

/* Topics as C sees them. What they point to stays where it is as long as nothing is allocated in OCaml. */
typedef struct {
  myc_topic *topics;
  const char **ancestors;
  size_t count;
} topics;

static topics topics_of(value list)
{
  topics t = {NULL, NULL, 0};
  size_t ancestors = 0, next = 0, at = 0;
  value rest, more;
  for (rest = list; Is_block(rest); rest = Field(rest, 1)) {
    t.count++;
    for (more = Field(Field(rest, 0), 3); Is_block(more); more = Field(more, 1))
      ancestors++;
  }
  t.topics = caml_stat_alloc_noexc((t.count + 1) * sizeof *t.topics);
  t.ancestors = caml_stat_alloc_noexc((ancestors + 1) * sizeof *t.ancestors);
  if (t.topics == NULL || t.ancestors == NULL) {
    caml_stat_free(t.topics);
    caml_stat_free(t.ancestors);
    caml_raise_out_of_memory();
  }
  for (rest = list; Is_block(rest); rest = Field(rest, 1), at++) {
    value topic = Field(rest, 0);
    myc_topic *c = &t.topics[at];
    c->name = String_val(Field(topic, 0));
    c->type_id = (uint16_t)Int_val(Field(topic, 1));
    c->digest = String_val(Field(topic, 2));
    c->ancestors = &t.ancestors[next];
    c->ancestor_count = 0;
    for (more = Field(topic, 3); Is_block(more); more = Field(more, 1)) {
      t.ancestors[next++] = String_val(Field(more, 0));
      c->ancestor_count++;
    }
  }
  return t;
}

static void free_topics(topics t)
{
  caml_stat_free(t.topics);
  caml_stat_free(t.ancestors);
}

static box *entered(value v)
{
  box *b = Box_val(v);
  if (!enter(b))
    caml_failwith("the bus was closed");
  return b;
}

value mycelium_shared_publisher_open(value bus, value list)
{
  CAMLparam2(bus, list);
  CAMLlocal1(v);
  box *b = Box_val(bus);
  myc_publisher *publisher = NULL;
  topics t;
  int code;
  v = box_of(b->api, PUBLISHER);
  b = entered(bus);
  t = topics_of(list);
  code = b->api->publisher_open(b->handle, t.topics, &publisher);
  free_topics(t);
  leave(b);
  open_box(v, code, publisher);
  CAMLreturn(v);
}

value mycelium_shared_subscriber_open(value bus, value list)
{
  CAMLparam2(bus, list);
  CAMLlocal1(v);
  box *b = Box_val(bus);
  myc_subscriber *subscriber = NULL;
  topics t;
  int code;
  v = box_of(b->api, SUBSCRIBER);
  b = entered(bus);
  t = topics_of(list);
  code = b->api->subscriber_open(b->handle, t.topics, t.count, &subscriber);
  free_topics(t);
  leave(b);
  open_box(v, code, subscriber);
  CAMLreturn(v);
}

value mycelium_shared_subscriber_open_patterns(value bus, value patterns)
{
  CAMLparam2(bus, patterns);
  CAMLlocal1(v);
  box *b = Box_val(bus);
  myc_subscriber *subscriber = NULL;
  size_t count = Wosize_val(patterns), at;
  const char **texts;
  int code;
  v = box_of(b->api, SUBSCRIBER);
  texts = caml_stat_alloc((count + 1) * sizeof *texts);
  b = entered(bus);
  for (at = 0; at < count; at++)
    texts[at] = String_val(Field(patterns, at));
  code = b->api->subscriber_open_patterns(b->handle, texts, count, &subscriber);
  leave(b);
  caml_stat_free(texts);
  open_box(v, code, subscriber);
  CAMLreturn(v);
}

static void before_wait(void *user)
{
  (void)user;
  caml_enter_blocking_section_no_pending();
}

static void after_wait(void *user)
{
  (void)user;
  caml_leave_blocking_section();
}

static const myc_waiting waiting = {before_wait, after_wait, NULL};

/* Publishes the first bytes; gives a code. They are copied before anything waits. */
value mycelium_shared_publish(value v, value bytes, value length)
{
  CAMLparam1(v);
  box *b = Box_val(v);
  int code;
  caml_process_pending_actions();
  if (!enter(b))
    CAMLreturn(Val_int(MYC_ERR_CLOSED));
  code = b->api->publisher_publish(b->handle, Bytes_val(bytes), (size_t)Long_val(length), &waiting);
  leave(b);
  CAMLreturn(Val_int(code));
}

value mycelium_shared_subscribers(value v)
{
  CAMLparam1(v);
  box *b = Box_val(v);
  size_t count = 0;
  caml_process_pending_actions();
  if (!enter(b))
    CAMLreturn(Val_int(0));
  /* It waits while another thread publishes. */
  caml_enter_blocking_section_no_pending();
  b->api->publisher_subscribers(b->handle, &count);
  caml_leave_blocking_section();
  leave(b);
  CAMLreturn(Val_long((intnat)count));
}

/* As `look` in raw.ml. */
#define Empty Val_int(0)
#define Ended Val_int(1)
enum { FRAME, LOST, FAILED };

static value look_of(int code, const myc_frame *frame, const myc_bus_api *api)
{
  CAMLparam0();
  CAMLlocal3(look, first, second);
  switch (code) {
  case MYC_NONE: CAMLreturn(Empty);
  case MYC_ERR_CLOSED: CAMLreturn(Ended);
  case MYC_OK:
    first = caml_alloc_initialized_string(frame->len, (const char *)frame->bytes);
    look = caml_alloc_small(1, FRAME);
    Field(look, 0) = first;
    CAMLreturn(look);
  case MYC_LOST:
    look = caml_alloc_small(1, LOST);
    Field(look, 0) = Val_long((intnat)frame->lost);
    CAMLreturn(look);
  default:
    second = text_of(api);
    look = caml_alloc_small(2, FAILED);
    Field(look, 0) = Val_int(code);
    Field(look, 1) = second;
    CAMLreturn(look);
  }
}

/* Receives; writes the topic's name into the reference, if there is one. */
value mycelium_shared_recv(value v, value timeout_ns, value topic)
{
  CAMLparam2(v, topic);
  CAMLlocal2(look, name);
  box *b = Box_val(v);
  int64_t timeout = Long_val(timeout_ns);
  myc_frame frame;
  int code;
  caml_process_pending_actions();
  if (!enter_alone(b)) {
    if (is_closed(b))
      CAMLreturn(Ended);
    caml_failwith("a subscriber is for one thread at a time, and another one has it");
  }
  code = b->api->subscriber_recv(b->handle, 0, &frame);
  if (code == MYC_NONE && timeout != 0) {
    caml_enter_blocking_section_no_pending();
    code = b->api->subscriber_recv(b->handle, timeout, &frame);
    caml_leave_blocking_section();
  }
  look = look_of(code, &frame, b->api);
  if (code == MYC_OK && Is_block(topic)) {
    name = caml_alloc_initialized_string(frame.topic_len, frame.topic);
    Store_field(Field(topic, 0), 0, name);
  }
  leave(b);
  CAMLreturn(look);
}

/* The descriptor to wait for; -1 where something is there already, or the end. Raises Failure where there can be none. */
value mycelium_shared_arm(value v)
{
  CAMLparam1(v);
  CAMLlocal1(text);
  box *b = Box_val(v);
  int descriptor = -1, code;
  if (!enter_alone(b))
    CAMLreturn(Val_int(-1));
  code = b->api->subscriber_descriptor(b->handle, &descriptor);
  if (code == MYC_OK)
    code = b->api->subscriber_arm(b->handle);
  if (code < 0)
    text = text_of(b->api);
  leave(b);
  if (code < 0)
    caml_failwith_value(text);
  CAMLreturn(Val_int(code == MYC_NONE ? descriptor : -1));
}
