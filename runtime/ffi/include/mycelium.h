/* The C face of Mycelium: the bus of this process, shared-memory rings, and the routes of a topology.
 *
 * Every function that can fail returns an int: MYC_OK, MYC_NONE, MYC_LOST, or one of the negative MYC_ERR_ codes.
 * After a negative one, myc_last_error() gives a sentence that says what was expected, what was found
 * and what to do. No function changes its outputs unless it returns MYC_OK or MYC_LOST.
 *
 * Null pointers and wrong lengths are answered with MYC_ERR_ARGUMENT; a panic never leaves the library.
 * What cannot be checked is on the caller: pointers that are not null must point to what their type
 * says, and a closed handle must not be used again.
 *
 * A handle may move between threads, but only one thread may use it at a time, except for those of which
 * something else is said: a bus may be used by all. Handles do not survive a fork(): the child must not
 * use them.
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

// No frame, but the number of those that were lost before the next one.
#define MYC_LOST 2

// A null pointer, text that is not UTF-8, a value out of range, a handle of another kind, or a call out of turn.
#define MYC_ERR_ARGUMENT -1

// A system call failed.
#define MYC_ERR_IO -2

// There is no such ring (yet).
#define MYC_ERR_NOT_FOUND -3

// The file is no ring that may be used: its owner, mode, version or beginning is wrong.
#define MYC_ERR_UNUSABLE -4

// Another process, alive, writes the ring; or another call, or a callback, has the subscriber.
#define MYC_ERR_BUSY -5

// The file system has no room for the ring, or the announcement area none for the announcement.
#define MYC_ERR_NO_SPACE -6

// The frame, or the ring, is beyond its limit, which the message names; or there is no memory for the frame.
#define MYC_ERR_TOO_LONG -7

// The ring has all the readers that it can have.
#define MYC_ERR_NO_SLOT -8

// Nothing comes any more: the writer has closed the ring, or all publishers and the bus their topics, and every
// frame was read. For publishers: the bus was shut down.
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

// The topic carries another type, or another version of the type.
#define MYC_ERR_TYPE -15

// Bytes that are no frame of the type.
#define MYC_ERR_MALFORMED -16

// A subscriber or a route is full, and the topic says that publishing fails then.
#define MYC_ERR_FULL -17

// A peer ended, or was cut off, without leaving in order. What it sent before was received.
#define MYC_ERR_PEER_VANISHED -18

// The topic has all the subscribers in this process that it can have, or there is no thread or descriptor left.
#define MYC_ERR_EXHAUSTED -19

// When a subscriber is full, whoever publishes waits.
#define MYC_WHEN_FULL_BLOCK 0

// When a subscriber is full, it loses the oldest message that waits for it.
#define MYC_WHEN_FULL_DROP_OLDEST 1

// When a subscriber is full, it does not get the new message.
#define MYC_WHEN_FULL_DROP_NEWEST 2

// The version of `myc_bus_api`.
#define MYC_BUS_API_VERSION 1

// Where a reader begins: at the very first frame if the writer still keeps it, else behind the newest.
#define MYC_START_FIRST 0

// Where a reader begins: behind the newest frame.
#define MYC_START_NEWEST 1

// A bus: publishers and subscribers of one process, and its ways to others. All threads may use it at a time.
typedef struct myc_bus myc_bus;

// Publishes frames of one type on one topic. All threads may use it at a time, but only one what it reserved.
typedef struct myc_publisher myc_publisher;

// One reader of a ring.
typedef struct myc_reader myc_reader;

// Receives frames. A call while another one, or a callback, has it is answered with MYC_ERR_BUSY.
typedef struct myc_subscriber myc_subscriber;

// The one writer of a ring.
typedef struct myc_writer myc_writer;

// What a bus does otherwise than usual. All zero is as usual.
typedef struct {
    // Messages that wait for one subscriber before it is full; 0 means 1024.
    size_t capacity;
    // What happens then, one of MYC_WHEN_FULL_. A topology says it for topics that it names.
    int32_t when_full;
    // How long a thread that waits looks again and again before it sleeps; 0 means 20000, a negative one
    // never.
    int64_t spin_ns;
    // Longest that a bus that leaves waits for other processes to take what was published; 0 means ten
    // seconds.
    uint64_t leave_timeout_ns;
} myc_bus_options;

// A topic and the type of its messages, as generated headers name them: `{ market_Trade_TOPIC,
// market_Trade_TYPE_ID, market_Trade_DIGEST, NULL, 0 }`.
typedef struct {
    // Name of the topic.
    const char *name;
    // The type's number in the header of its frames; not 0.
    uint16_t type_id;
    // The type's digest, `myc1:` and 64 hexadecimal digits.
    const char *digest;
    // Digests of released versions that the type still talks with, oldest first. May be null for none.
    const char *const *ancestors;
    // How many.
    size_t ancestor_count;
} myc_topic;

// What is to be done around each wait, for a caller with a lock that nobody may hold who waits, as those of Python
// and OCaml: `before` lets go of it, `after` takes it again. Neither is called where nothing has to wait.
typedef struct {
    // Called before a wait. Not null.
    void (*before)(void *user);
    // Called after a wait. Not null.
    void (*after)(void *user);
    // Passed to both.
    void *user;
} myc_waiting;

// A frame that was received. What it points to is the subscriber's.
typedef struct {
    // The whole frame, header included; it begins at a multiple of 8.
    const uint8_t *bytes;
    // How many bytes.
    size_t len;
    // Name of its topic; no zero byte ends it.
    const char *topic;
    // How many bytes that has.
    size_t topic_len;
    // With MYC_LOST how many frames were lost, and the other fields are null and 0; else 0.
    uint64_t lost;
} myc_frame;

// Called, on a thread of the library, with each thing that a subscriber receives: `code` is what
// myc_subscriber_recv would return, and `frame`, never null, what it would give. After a negative code
// myc_last_error() says what is wrong; with MYC_ERR_CLOSED and MYC_ERR_PANIC it is called for the last time. It
// must return: by no longjmp and no exception of C++.
typedef void (*myc_callback)(void *user, int code, const myc_frame *frame);

// The functions of the bus, each as the function of its name is declared.
//
// One module of a process may hand it, with a bus, to another that was built apart and has a copy of the library, or
// none, of its own: handles must be used with the table of the library that made them. The other module
// looks at `version`, which must be the MYC_BUS_API_VERSION it was compiled with, and at `size`, which must be
// at least the `sizeof(myc_bus_api)` it was compiled with: later libraries of one version add functions at the
// end, and change nothing else. The table lives as long as the library is loaded.
typedef struct {
    // MYC_BUS_API_VERSION of the library.
    uint32_t version;
    // Bytes of the table.
    uint32_t size;
    // See myc_last_error.
    const char *(*last_error)(void);
    // See myc_bus_new.
    int (*bus_new)(const myc_bus_options *options, myc_bus **bus);
    // See myc_bus_from_topology.
    int (*bus_from_topology)(const char *path,
                             const char *service,
                             const myc_bus_options *options,
                             myc_bus **bus);
    // See myc_bus_retain.
    int (*bus_retain)(myc_bus *bus);
    // See myc_bus_release.
    int (*bus_release)(myc_bus *bus);
    // See myc_bus_shutdown.
    int (*bus_shutdown)(myc_bus *bus);
    // See myc_publisher_open.
    int (*publisher_open)(myc_bus *bus, const myc_topic *topic, myc_publisher **publisher);
    // See myc_publisher_publish.
    int (*publisher_publish)(myc_publisher *publisher,
                             const uint8_t *frame,
                             size_t len,
                             const myc_waiting *waiting);
    // See myc_publisher_reserve.
    int (*publisher_reserve)(myc_publisher *publisher, size_t len, uint8_t **place);
    // See myc_publisher_commit.
    int (*publisher_commit)(myc_publisher *publisher, const myc_waiting *waiting);
    // See myc_publisher_subscribers.
    int (*publisher_subscribers)(myc_publisher *publisher, size_t *count);
    // See myc_publisher_close.
    int (*publisher_close)(myc_publisher *publisher);
    // See myc_subscriber_open.
    int (*subscriber_open)(myc_bus *bus,
                           const myc_topic *topics,
                           size_t count,
                           myc_subscriber **subscriber);
    // See myc_subscriber_open_patterns.
    int (*subscriber_open_patterns)(myc_bus *bus,
                                    const char *const *patterns,
                                    size_t count,
                                    myc_subscriber **subscriber);
    // See myc_subscriber_recv.
    int (*subscriber_recv)(myc_subscriber *subscriber, int64_t timeout_ns, myc_frame *frame);
    // See myc_subscriber_recv_batch.
    int (*subscriber_recv_batch)(myc_subscriber *subscriber,
                                 int64_t timeout_ns,
                                 myc_frame *frames,
                                 size_t capacity,
                                 size_t *count);
    // See myc_subscriber_descriptor.
    int (*subscriber_descriptor)(myc_subscriber *subscriber, int *descriptor);
    // See myc_subscriber_arm.
    int (*subscriber_arm)(myc_subscriber *subscriber);
    // See myc_subscriber_listen.
    int (*subscriber_listen)(myc_subscriber *subscriber, myc_callback callback, void *user);
    // See myc_subscriber_stop.
    int (*subscriber_stop)(myc_subscriber *subscriber);
    // See myc_subscriber_counts.
    int (*subscriber_counts)(myc_subscriber *subscriber, uint64_t *received, uint64_t *lost);
    // See myc_subscriber_close.
    int (*subscriber_close)(myc_subscriber *subscriber);
    // See myc_publisher_end.
    int (*publisher_end)(myc_publisher *publisher);
    // See myc_publisher_loan.
    int (*publisher_loan)(myc_publisher *publisher,
                          size_t len,
                          uint8_t **place,
                          const myc_waiting *waiting);
    // See myc_publisher_give_up.
    int (*publisher_give_up)(myc_publisher *publisher);
} myc_bus_api;

// A bus and the functions that it is used with, as one module hands them to another. `mycelium.MessageBus` of Python
// gives a capsule named `mycelium.bus` with such a thing, by its method `__mycelium_bus__(version, size)`.
typedef struct {
    // The table of the library that made the bus.
    const myc_bus_api *api;
    // The bus; whoever keeps it retains it.
    myc_bus *bus;
} myc_shared_bus;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library.
uint32_t myc_abi_version(void);

// What went wrong in this thread's last call that returned a negative code. Never null; valid until
// this thread's next failing call.
const char *myc_last_error(void);

// Makes a bus for this process alone. `options` may be null.
int myc_bus_new(const myc_bus_options *options, myc_bus **bus);

// The bus of the node of `service`, with the routes that the topology at `path` gives it. The services of
// a node share one bus: while it lives, also in Rust, asking again gives a handle of the same, and
// `options`, which may be null, are those of the first.
int myc_bus_from_topology(const char *path,
                          const char *service,
                          const myc_bus_options *options,
                          myc_bus **bus);

// Holds the handle once more: it takes one more myc_bus_release to free it.
int myc_bus_retain(myc_bus *bus);

// Lets go of the handle, and frees it at the last time. Publishers and subscribers go on: the bus leaves in
// order when the last of all of them is closed. Null is nothing to do.
int myc_bus_release(myc_bus *bus);

// Leaves in order, for all who use the bus: publishing is refused from now on, other processes get what
// was published and a goodbye, subscribers receive what has reached them and then MYC_ERR_CLOSED. Waits until
// peers have taken what was published. The handle is still to be released.
int myc_bus_shutdown(myc_bus *bus);

// Opens a publisher. MYC_ERR_TYPE: the topic carries another type, or version of it, in this process.
int myc_publisher_open(myc_bus *bus,
                       const myc_topic *topic,
                       myc_publisher **publisher);

// Publishes a copy of one frame, header included; its channel and number are set on the way. Waits while a
// subscriber or a route is full, unless the topic may lose messages. `waiting` may be null.
int myc_publisher_publish(myc_publisher *publisher,
                          const uint8_t *frame,
                          size_t len,
                          const myc_waiting *waiting);

// Gives a place for one frame of `len` bytes, all zero, that begins at a multiple of 8. Write the frame there,
// then commit: subscribers of this process read it in that place. What was reserved before and not
// committed is dropped.
int myc_publisher_reserve(myc_publisher *publisher,
                          size_t len,
                          uint8_t **place);

// As myc_publisher_reserve, for large frames: in the ring, as it was left, where that is the only way out. Until the commit nobody
// else of the process publishes there, and MYC_ERR_ARGUMENT refuses what this thread would publish, open, count, stop or close.
// `waiting` may be null.
int myc_publisher_loan(myc_publisher *publisher,
                       size_t len,
                       uint8_t **place,
                       const myc_waiting *waiting);

// Drops what was reserved or lent last, if anything; nothing is published.
int myc_publisher_give_up(myc_publisher *publisher);

// Publishes the frame that was reserved or lent last, as myc_publisher_publish does. `waiting` may be null.
int myc_publisher_commit(myc_publisher *publisher,
                         const myc_waiting *waiting);

// Counts the subscribers that are known to take what it publishes, here and elsewhere.
int myc_publisher_subscribers(myc_publisher *publisher, size_t *count);

// Ends it as myc_publisher_close does, and keeps the handle, for which all calls that publish get MYC_ERR_CLOSED
// from now on. Another thread may be using it: one that waits for room is refused. May itself wait for room, to say it
// to other processes. The handle is still to be closed.
int myc_publisher_end(myc_publisher *publisher);

// Closes it and frees the handle. Subscribers of the topic end behind the last frame of its last publisher.
// Null is nothing to do.
int myc_publisher_close(myc_publisher *publisher);

// Subscribes to `count` topics, each of one type: what is published from now on, as frames or as messages of Rust,
// by the type's version or by a released one. Of a publisher of another version MYC_ERR_TYPE tells when
// something is received.
int myc_subscriber_open(myc_bus *bus,
                        const myc_topic *topics,
                        size_t count,
                        myc_subscriber **subscriber);

// Subscribes to all topics whose names fit one of `count` patterns, whatever they carry. In a pattern `*`
// stands for any run of characters but `.`, and `>` at the end for all that follows. Such a subscriber
// is always waited for.
int myc_subscriber_open_patterns(myc_bus *bus,
                                 const char *const *patterns,
                                 size_t count,
                                 myc_subscriber **subscriber);

// Lends the next frame, until the next call with this subscriber; waits for it as long as the timeout
// says. MYC_NONE: nothing came. MYC_LOST: `frame->lost` frames were lost here. MYC_ERR_CLOSED: nothing comes
// any more. After any other negative code receiving can go on.
int myc_subscriber_recv(myc_subscriber *subscriber,
                        int64_t timeout_ns,
                        myc_frame *frame);

// The same for all frames that are there, at most `capacity`, once there is one: writes them to `frames` and
// their number to `count`. With MYC_LOST that is 0, and `frames[0].lost` says how many were lost.
int myc_subscriber_recv_batch(myc_subscriber *subscriber,
                              int64_t timeout_ns,
                              myc_frame *frames,
                              size_t capacity,
                              size_t *count);

// A descriptor for poll, select and epoll, which is the subscriber's: do not read or close it. See
// myc_subscriber_arm.
int myc_subscriber_descriptor(myc_subscriber *subscriber, int *descriptor);

// To be called before waiting for the descriptor. MYC_OK: there is something to receive already. MYC_NONE:
// there is not; the descriptor becomes readable once there may be. What was lent is still.
int myc_subscriber_arm(myc_subscriber *subscriber);

// From now on calls `callback`, on a thread of the library, with everything that is received, one call at a
// time. Between frames the callback may publish, and use any bus.
int myc_subscriber_listen(myc_subscriber *subscriber,
                          myc_callback callback,
                          void *user);

// Ends the calling back, and waits until no call runs: afterwards the user data are the caller's alone, and frames
// can be received otherwise. From within the callback it does not wait: that call is the last. Without
// a callback it is nothing.
int myc_subscriber_stop(myc_subscriber *subscriber);

// How many frames it has received so far, and how many it has lost.
int myc_subscriber_counts(myc_subscriber *subscriber, uint64_t *received, uint64_t *lost);

// Stops it as myc_subscriber_stop does, closes it and frees the handle; what it lent is gone. Null is
// nothing to do.
int myc_subscriber_close(myc_subscriber *subscriber);

// The table of this library; null, with a sentence in myc_last_error(), where `version` is not the one it has,
// or it is shorter than `size` bytes. Pass MYC_BUS_API_VERSION and `sizeof(myc_bus_api)`.
const myc_bus_api *myc_bus_api_get(uint32_t version,
                                   uint32_t size);

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

// Counts the readers that are attached and alive, and after frames of the kind with this name, or of all: see
// myc_reader_attach_for.
int myc_writer_readers_of(myc_writer *writer,
                          const char *name,
                          size_t *count);

// The longest frame that the ring can carry.
int myc_writer_max_frame_len(const myc_writer *writer, size_t *len);

// Closes the ring and frees the handle. Readers are told after the last frame. Null is nothing to do.
int myc_writer_close(myc_writer *writer);

// Attaches to the ring at `path`. `start` is one of MYC_START_.
int myc_reader_attach(const char *path, int32_t start, myc_reader **reader);

// As myc_reader_attach, for a reader that is after frames of `count` kinds, each by a name of which readers and writer
// have agreed, as of a topic: see myc_writer_readers_of. It gets all frames. Without names, and with more than eight, it
// is after all.
int myc_reader_attach_for(const char *path,
                          int32_t start,
                          const char *const *names,
                          size_t count,
                          myc_reader **reader);

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

// What the node of `service` opens by the topology at `path`, as text. One link a line, as `key=value` separated by
// tabs: `link` (listen, dial, write_ring, read_ring, meet), `node`, `service`, and what else it has; where a value is
// several names, these are separated by commas. Free it with myc_free.
int myc_topology_routes(const char *path,
                        const char *service,
                        char **routes);

// Frees what a function of this header has allocated for the caller. Null is nothing to do.
void myc_free(char *text);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MYCELIUM_H */
