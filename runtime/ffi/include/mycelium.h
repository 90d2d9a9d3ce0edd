/* The C face of Mycelium: shared-memory rings, and the routes of a topology.
 *
 * Every function that can fail returns an int: MYC_OK, MYC_NONE, or one of the negative MYC_ERR_ codes.
 * After a negative one, myc_last_error() gives a sentence that says what was expected, what was found
 * and what to do. No function changes its outputs unless it returns MYC_OK.
 *
 * Null pointers and wrong lengths are answered with MYC_ERR_ARGUMENT; a panic never leaves the library.
 * What cannot be checked is on the caller: pointers that are not null must point to what their type
 * says, and a closed handle must not be used again.
 *
 * A handle may move between threads, but only one thread may use it at a time. Handles do not survive
 * a fork(): the child must not use them.
 *
 * Timeouts are nanoseconds: 0 never waits, a negative one waits for ever. Paths are UTF-8.
 */


#ifndef MYCELIUM_H
#define MYCELIUM_H

#include <stddef.h>
#include <stdint.h>

// The version of this header. Compare it with `myc_abi_version()`: they must be equal.
#define MYC_ABI_VERSION 1

// Done.
#define MYC_OK 0

// Nothing there (yet): no frame, or no room, within the timeout.
#define MYC_NONE 1

// A null pointer, text that is not UTF-8, a value out of range, or a call out of turn.
#define MYC_ERR_ARGUMENT -1

// A system call failed.
#define MYC_ERR_IO -2

// There is no such ring (yet).
#define MYC_ERR_NOT_FOUND -3

// The file is no ring that may be used: its owner, mode, version or beginning is wrong.
#define MYC_ERR_UNUSABLE -4

// Another process, alive, writes the ring.
#define MYC_ERR_BUSY -5

// The file system has no room for the ring, or the announcement area none for the announcement.
#define MYC_ERR_NO_SPACE -6

// The frame, or the ring, is beyond its limit, which the message names.
#define MYC_ERR_TOO_LONG -7

// The ring has all the readers that it can have.
#define MYC_ERR_NO_SLOT -8

// The writer has closed the ring, and every frame was read.
#define MYC_ERR_CLOSED -9

// The writer died without closing the ring, and every frame was read.
#define MYC_ERR_WRITER_VANISHED -10

// The writer took this process for dead and gave its reader slot away.
#define MYC_ERR_EVICTED -11

// The ring's memory holds something that no writer would have put there.
#define MYC_ERR_CORRUPT -12

// The topology cannot be used.
#define MYC_ERR_TOPOLOGY -13

// A defect of Mycelium itself.
#define MYC_ERR_PANIC -14

// Where a reader begins: at the very first frame if the writer still keeps it, else behind the newest.
#define MYC_START_FIRST 0

// Where a reader begins: behind the newest frame.
#define MYC_START_NEWEST 1

// One reader of a ring.
typedef struct myc_reader myc_reader;

// The one writer of a ring.
typedef struct myc_writer myc_writer;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library.
uint32_t myc_abi_version(void);

// What went wrong in this thread's last call that returned a negative code. Never null; valid until
// this thread's next failing call.
const char *myc_last_error(void);

// Makes a ring at `path`, with room for `capacity_bytes` bytes of frames (rounded up to a power of
// two; 0 means 16 MiB), in place of one whose writer is dead.
int myc_writer_create(const char *path, uint64_t capacity_bytes, myc_writer **writer);

// Appends to the ring's announcement area (64 KiB in all), which every reader sees.
int myc_writer_announce(myc_writer *writer, const uint8_t *bytes, size_t len);

// Claims room for one frame and gives its place, which begins at a multiple of 8 and holds whatever was
// there before. Write all `len` bytes, then commit. A claim that is not committed is dropped by the next
// one. MYC_NONE: the ring stayed full.
int myc_writer_reserve(myc_writer *writer,
                       size_t len,
                       int64_t timeout_ns,
                       uint8_t **place);

// Publishes the frame that was claimed last.
int myc_writer_commit(myc_writer *writer);

// Publishes a copy of one frame. MYC_NONE: the ring stayed full.
int myc_writer_write(myc_writer *writer, const uint8_t *bytes, size_t len, int64_t timeout_ns);

// Counts the readers that are attached and alive.
int myc_writer_live_readers(myc_writer *writer, size_t *count);

// The longest frame that the ring can carry.
int myc_writer_max_frame_len(const myc_writer *writer, size_t *len);

// Closes the ring and frees the handle. Readers are told after the last frame. Null is nothing to do.
int myc_writer_close(myc_writer *writer);

// Attaches to the ring at `path`. `start` is one of MYC_START_.
int myc_reader_attach(const char *path, int32_t start, myc_reader **reader);

// Borrows the next frame in place, until the next call of poll, wait, release or close with this reader.
// The one borrowed before is released. The place begins at a multiple of 8. MYC_NONE: no frame yet.
int myc_reader_poll(myc_reader *reader,
                    const uint8_t **frame,
                    size_t *len);

// Gives the borrowed frame back to the writer, if there is one.
int myc_reader_release(myc_reader *reader);

// Waits for the next frame, after giving back the borrowed one. MYC_OK: poll has one. MYC_NONE: the
// timeout passed.
int myc_reader_wait(myc_reader *reader, int64_t timeout_ns);

// Everything that the writer has announced so far; it only grows. The place stays valid, and its
// bytes the same, until the reader is closed.
int myc_reader_announcements(myc_reader *reader, const uint8_t **bytes, size_t *len);

// A number that differs from ring to ring, also between two at the same path.
int myc_reader_epoch(const myc_reader *reader, uint64_t *epoch);

// Detaches and frees the handle. Null is nothing to do.
int myc_reader_close(myc_reader *reader);

// Makes the folder for rings at `path` where there is none, for this user alone (mode 0700). Its parent
// must exist.
int myc_folder_open(const char *path);

// Removes what dead writers left behind in the folder, and the folder if nothing else is in it. No
// folder is nothing to do.
int myc_folder_clear(const char *path);

// What the node of `service` opens by the topology at `path`, as text. One link a line, as `key=value`
// separated by tabs: `link` (listen, dial, write_ring or read_ring), `node`, `service`, then, as far as
// the link has them, `kind`, `path` or `addr`, `security` (tls or plain), `capacity`, `peer`, `peers` or
// `readers` (both separated by commas), `subscribes`, `policy` (as in `when_full`). Free it with myc_free.
int myc_topology_routes(const char *path,
                        const char *service,
                        char **routes);

// Frees what a function of this header has allocated for the caller. Null is nothing to do.
void myc_free(char *text);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MYCELIUM_H */
