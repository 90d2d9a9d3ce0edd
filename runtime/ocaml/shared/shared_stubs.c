/* The bus of Rust for OCaml, through its table of functions.
 *
 * What OCaml holds are boxes: see shared_box.h. Whatever may wait does so without the runtime lock,
 * and touches no OCaml value meanwhile. No thread of Rust ever calls OCaml.
 *
 * Handlers of signals, which may raise, run where a call begins and nothing is held, by caml_process_pending_actions.
 * To let go of the runtime lock runs none: an exception would jump over frames of Rust and the end of a use. */
#include <string.h>

#include "shared_box.h"

#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/signals.h>

value mycelium_shared_last_error(value v)
{
  return text_of(Box_val(v)->api);
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
  v = mycelium_box_of(api, BUS);
  code = api->bus_new(&options, &bus);
  mycelium_box_open(v, code, bus);
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
  v = mycelium_box_of(api, BUS);
  path_copy = caml_stat_strdup(String_val(path));
  service_copy = caml_stat_strdup(String_val(service));
  caml_enter_blocking_section_no_pending();
  code = api->bus_from_topology(path_copy, service_copy, NULL, &bus);
  caml_leave_blocking_section();
  caml_stat_free(path_copy);
  caml_stat_free(service_copy);
  mycelium_box_open(v, code, bus);
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
  v = mycelium_box_of(api, BUS);
  mycelium_box_open(v, api->bus_retain(bus), bus);
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
  v = mycelium_box_of(b->api, PUBLISHER);
  b = entered(bus);
  t = topics_of(list);
  code = b->api->publisher_open(b->handle, t.topics, &publisher);
  free_topics(t);
  leave(b);
  mycelium_box_open(v, code, publisher);
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
  v = mycelium_box_of(b->api, SUBSCRIBER);
  b = entered(bus);
  t = topics_of(list);
  code = b->api->subscriber_open(b->handle, t.topics, t.count, &subscriber);
  free_topics(t);
  leave(b);
  mycelium_box_open(v, code, subscriber);
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
  v = mycelium_box_of(b->api, SUBSCRIBER);
  texts = caml_stat_alloc((count + 1) * sizeof *texts);
  b = entered(bus);
  for (at = 0; at < count; at++)
    texts[at] = String_val(Field(patterns, at));
  code = b->api->subscriber_open_patterns(b->handle, texts, count, &subscriber);
  leave(b);
  caml_stat_free(texts);
  mycelium_box_open(v, code, subscriber);
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
