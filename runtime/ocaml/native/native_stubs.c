/* The C ABI of Mycelium for OCaml: rings and topologies.
 *
 * A handle is a custom block that closes itself at last. Whatever may wait does so without the
 * runtime lock, and touches no OCaml value meanwhile. A negative code becomes the exception that
 * native.ml registers, with the library's own sentence. */
#include <string.h>

#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/callback.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

#include "mycelium.h"

/* As many as the library heeds; whoever is after more is after all. */
#define MOST_NAMES 8

#define Writer_val(v) (*(myc_writer **)Data_custom_val(v))
#define Reader_val(v) (*(myc_reader **)Data_custom_val(v))

static void close_writer(value v)
{
  myc_writer_close(Writer_val(v));
}

static void close_reader(value v)
{
  myc_reader_close(Reader_val(v));
}

static struct custom_operations writer_operations = {
  "mycelium.writer", close_writer, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

static struct custom_operations reader_operations = {
  "mycelium.reader", close_reader, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

/* Raises the exception for a negative code; gives other codes back. */
static int check(int code)
{
  CAMLparam0();
  CAMLlocal1(text);
  value arguments[2];
  const value *exception;
  if (code >= 0)
    CAMLreturnT(int, code);
  exception = caml_named_value("mycelium_native_error");
  text = caml_copy_string(myc_last_error());
  if (exception == NULL)
    caml_failwith(String_val(text));
  arguments[0] = Val_int(code);
  arguments[1] = text;
  caml_raise_with_args(*exception, 2, arguments);
}

value mycelium_abi_version(value unit)
{
  (void)unit;
  return Val_bool(myc_abi_version() == MYC_ABI_VERSION);
}

value mycelium_topology_routes(value path, value service)
{
  CAMLparam2(path, service);
  CAMLlocal1(text);
  char *routes = NULL;
  check(myc_topology_routes(String_val(path), String_val(service), &routes));
  text = caml_copy_string(routes);
  myc_free(routes);
  CAMLreturn(text);
}

value mycelium_folder_open(value path)
{
  CAMLparam1(path);
  check(myc_folder_open(String_val(path)));
  CAMLreturn(Val_unit);
}

value mycelium_folder_clear(value path)
{
  CAMLparam1(path);
  check(myc_folder_clear(String_val(path)));
  CAMLreturn(Val_unit);
}

value mycelium_writer_create(value path, value capacity)
{
  CAMLparam2(path, capacity);
  CAMLlocal1(handle);
  myc_writer *writer = NULL;
  handle = caml_alloc_custom(&writer_operations, sizeof writer, 0, 1);
  Writer_val(handle) = NULL;
  check(myc_writer_create(String_val(path), (uint64_t)Long_val(capacity), &writer));
  Writer_val(handle) = writer;
  CAMLreturn(handle);
}

value mycelium_writer_announce(value handle, value bytes)
{
  CAMLparam2(handle, bytes);
  check(myc_writer_announce(Writer_val(handle), (const uint8_t *)String_val(bytes),
                            caml_string_length(bytes)));
  CAMLreturn(Val_unit);
}

/* Whether the first `length` bytes were sent within the timeout. */
value mycelium_writer_write(value handle, value bytes, value length, value timeout_ns)
{
  CAMLparam4(handle, bytes, length, timeout_ns);
  myc_writer *writer = Writer_val(handle);
  size_t len = (size_t)Long_val(length);
  int64_t timeout = Long_val(timeout_ns);
  uint8_t *place = NULL;
  int code = myc_writer_reserve(writer, len, 0, &place);
  if (code == MYC_NONE) {
    caml_enter_blocking_section();
    code = myc_writer_reserve(writer, len, timeout, &place);
    caml_leave_blocking_section();
  }
  if (check(code) == MYC_NONE)
    CAMLreturn(Val_false);
  memcpy(place, Bytes_val(bytes), len);
  check(myc_writer_commit(writer));
  CAMLreturn(Val_true);
}

value mycelium_writer_readers_of(value handle, value name)
{
  CAMLparam2(handle, name);
  size_t count = 0;
  check(myc_writer_readers_of(Writer_val(handle), String_val(name), &count));
  CAMLreturn(Val_long((intnat)count));
}

value mycelium_writer_close(value handle)
{
  CAMLparam1(handle);
  myc_writer *writer = Writer_val(handle);
  Writer_val(handle) = NULL;
  check(myc_writer_close(writer));
  CAMLreturn(Val_unit);
}

/* A reader that says that it is after frames of these names, or of all. */
value mycelium_reader_attach(value path, value names)
{
  CAMLparam2(path, names);
  CAMLlocal1(handle);
  myc_reader *reader = NULL;
  const char *wanted[MOST_NAMES + 1];
  size_t count = Wosize_val(names) <= MOST_NAMES ? Wosize_val(names) : 0;
  handle = caml_alloc_custom(&reader_operations, sizeof reader, 0, 1);
  Reader_val(handle) = NULL;
  for (size_t index = 0; index < count; index++)
    wanted[index] = String_val(Field(names, index));
  check(myc_reader_attach_for(String_val(path), MYC_START_FIRST, wanted, count, &reader));
  Reader_val(handle) = reader;
  CAMLreturn(handle);
}

/* The next frame, or the empty string. The place that it lay in goes back at once. */
value mycelium_reader_poll(value handle)
{
  CAMLparam1(handle);
  CAMLlocal1(frame);
  const uint8_t *place = NULL;
  size_t len = 0;
  if (check(myc_reader_poll(Reader_val(handle), &place, &len)) == MYC_NONE)
    CAMLreturn(caml_alloc_string(0));
  frame = caml_alloc_initialized_string(len, (const char *)place);
  check(myc_reader_release(Reader_val(handle)));
  CAMLreturn(frame);
}

value mycelium_reader_wait(value handle, value timeout_ns)
{
  CAMLparam2(handle, timeout_ns);
  myc_reader *reader = Reader_val(handle);
  int64_t timeout = Long_val(timeout_ns);
  int code;
  caml_enter_blocking_section();
  code = myc_reader_wait(reader, timeout);
  caml_leave_blocking_section();
  CAMLreturn(Val_bool(check(code) == MYC_OK));
}

value mycelium_reader_announcements(value handle)
{
  CAMLparam1(handle);
  const uint8_t *bytes = NULL;
  size_t len = 0;
  check(myc_reader_announcements(Reader_val(handle), &bytes, &len));
  CAMLreturn(caml_alloc_initialized_string(len, (const char *)bytes));
}

value mycelium_reader_close(value handle)
{
  CAMLparam1(handle);
  myc_reader *reader = Reader_val(handle);
  Reader_val(handle) = NULL;
  check(myc_reader_close(reader));
  CAMLreturn(Val_unit);
}
