/* Checks that bytes are a frame of a type: for the headers that `mycc gen --lang c` makes.
 *
 * A generated header says what is where, by a function for each message and struct; what is here looks. One pass
 * from the front, without a copy. Functions give whether all is well so far, but for `myc_open`, which gives the
 * code of what is wrong first. C11 or C++11. */
#ifndef MYCELIUM_CHECK_H
#define MYCELIUM_CHECK_H

#include "mycelium_wire.h"

/* A payload that is being checked, item by item of its tail. */
typedef struct {
    const uint8_t *frame;
    uint32_t tail; /* Where the tail starts in the frame. */
    uint32_t stop; /* Where the payload ends. */
    uint32_t next; /* Where the last item of the tail ended. */
    myc_WireError *error;
} myc_Reader;

/* An item of the tail that was taken. */
typedef struct {
    uint32_t place; /* In the frame. */
    uint32_t count; /* As the reference says. */
} myc_Taken;

static inline int myc_fail(myc_Reader *r, int code, uint32_t at, const char *field) {
    r->error->code = code;
    r->error->offset = at;
    r->error->field = field;
    return 0;
}

static inline int myc_check_bool(myc_Reader *r, uint32_t at, const char *field) {
    return r->frame[at] <= 1 || myc_fail(r, MYC_WIRE_BOOL, at, field);
}

static inline int myc_check_presence(myc_Reader *r, uint32_t at, const char *field) {
    return r->frame[at] <= 1 || myc_fail(r, MYC_WIRE_PRESENCE, at, field);
}

static inline int myc_is_utf8(const uint8_t *text, size_t len) {
    size_t i = 0;
    while (i < len) {
        uint8_t lead = text[i];
        size_t more = lead < 0x80 ? 0 : lead < 0xC2 ? 4 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 4;
        if (more == 4 || more >= len - i)
            return 0;
        for (size_t j = 1; j <= more; j++) {
            uint8_t low = 0x80, high = 0xBF;
            if (j == 1) {
                low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
                high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            }
            if (text[i + j] < low || text[i + j] > high)
                return 0;
        }
        i += more + 1;
    }
    return 1;
}

/* Bytes that another process can change are loaded once: what is used is what was judged. */
static inline int myc_take_count(myc_Reader *r, uint32_t at, uint32_t width, uint32_t max, const char *field,
                                 uint32_t *count) {
    *count = myc_count(r->frame + at, width);
    return *count <= max || myc_fail(r, MYC_WIRE_COUNT, at, field);
}

static inline int myc_check_count(myc_Reader *r, uint32_t at, uint32_t width, uint32_t max, const char *field) {
    uint32_t count;
    return myc_take_count(r, at, width, max, field, &count);
}

static inline int myc_check_bounded_text(myc_Reader *r, uint32_t at, uint32_t width, uint32_t max,
                                         const char *field) {
    uint32_t count;
    return myc_take_count(r, at, width, max, field, &count) &&
           (myc_is_utf8(r->frame + at + width, count) || myc_fail(r, MYC_WIRE_UTF8, at + width, field));
}

/* Takes the item that a reference points to, which must be the next one. */
static inline int myc_take(myc_Reader *r, uint32_t at, uint32_t align, uint32_t size, const char *field,
                           myc_Taken *taken) {
    myc_Ref ref = myc_load_ref(r->frame + at);
    uint32_t expected = ref.count == 0 ? 0 : myc_align_up(r->next - r->tail, align);
    uint64_t start = (uint64_t)r->tail + expected;
    if (ref.offset != expected || start > r->stop || (uint64_t)ref.count * size > r->stop - start)
        return myc_fail(r, MYC_WIRE_REFERENCE, at, field);
    taken->place = (uint32_t)start;
    taken->count = ref.count;
    if (ref.count > 0)
        r->next = (uint32_t)(start + (uint64_t)ref.count * size);
    return 1;
}

static inline int myc_check_items(myc_Reader *r, uint32_t at, uint32_t align, uint32_t size, const char *field) {
    myc_Taken taken;
    return myc_take(r, at, align, size, field, &taken);
}

static inline int myc_check_text(myc_Reader *r, uint32_t at, const char *field) {
    myc_Taken taken;
    return myc_take(r, at, 1, 1, field, &taken) &&
           (myc_is_utf8(r->frame + taken.place, taken.count) || myc_fail(r, MYC_WIRE_UTF8, taken.place, field));
}

/* Checks an inline value. */
typedef int myc_Check(myc_Reader *r, uint32_t at, const char *field);

static inline int myc_check_each(myc_Reader *r, uint32_t at, uint32_t count, uint32_t size, const char *field,
                                 myc_Check *check) {
    for (uint32_t i = 0; i < count; i++)
        if (!check(r, at + i * size, field))
            return 0;
    return 1;
}

static inline int myc_check_list(myc_Reader *r, uint32_t at, uint32_t align, uint32_t size, const char *field,
                                 myc_Check *check) {
    myc_Taken taken;
    return myc_take(r, at, align, size, field, &taken) &&
           myc_check_each(r, taken.place, taken.count, size, field, check);
}

static inline int myc_check_bounded_list(myc_Reader *r, uint32_t at, uint32_t width, uint32_t max, uint32_t first,
                                         uint32_t size, const char *field, myc_Check *check) {
    uint32_t count;
    return myc_take_count(r, at, width, max, field, &count) &&
           myc_check_each(r, at + first, count, size, field, check);
}

/* The order of two keys of a map, below, at or above 0. */
typedef int myc_Order(const myc_Reader *r, uint32_t a, uint32_t b);

#define MYC_ORDER(name, type)                                                            \
    static inline int myc_order_##name(const myc_Reader *r, uint32_t a, uint32_t b) {    \
        type x = myc_load_##name(r->frame + a), y = myc_load_##name(r->frame + b);       \
        return (x > y) - (x < y);                                                        \
    }
MYC_ORDER(u8, uint8_t)
MYC_ORDER(u16, uint16_t)
MYC_ORDER(u32, uint32_t)
MYC_ORDER(u64, uint64_t)
MYC_ORDER(i8, int8_t)
MYC_ORDER(i16, int16_t)
MYC_ORDER(i32, int32_t)
MYC_ORDER(i64, int64_t)
#undef MYC_ORDER

/* Numbers of several words, the most significant last. */
static inline int myc_order_words(const uint8_t *a, const uint8_t *b, size_t words) {
    while (words-- > 0) {
        uint64_t x = myc_load_u64(a + 8 * words), y = myc_load_u64(b + 8 * words);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}
static inline int myc_order_u128(const myc_Reader *r, uint32_t a, uint32_t b) {
    return myc_order_words(r->frame + a, r->frame + b, 2);
}
static inline int myc_order_u256(const myc_Reader *r, uint32_t a, uint32_t b) {
    return myc_order_words(r->frame + a, r->frame + b, 4);
}
static inline int myc_order_i128(const myc_Reader *r, uint32_t a, uint32_t b) {
    int64_t x = myc_load_i64(r->frame + a + 8), y = myc_load_i64(r->frame + b + 8);
    if (x != y)
        return x < y ? -1 : 1;
    return myc_order_words(r->frame + a, r->frame + b, 1);
}
/* The order of the number at a place and one that is given, the least significant word first. */
static inline int myc_compare_u128(const uint8_t *at, uint64_t lo, uint64_t hi) {
    uint64_t words[2] = {lo, hi};
    return myc_order_words(at, (const uint8_t *)words, 2);
}
static inline int myc_compare_u256(const uint8_t *at, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    uint64_t words[4] = {a, b, c, d};
    return myc_order_words(at, (const uint8_t *)words, 4);
}
static inline int myc_compare_i128(const uint8_t *at, uint64_t lo, int64_t hi) {
    int64_t found = myc_load_i64(at + 8);
    if (found != hi)
        return found < hi ? -1 : 1;
    return myc_order_words(at, (const uint8_t *)&lo, 1);
}
static inline int myc_order_strings(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    size_t least = a_len < b_len ? a_len : b_len;
    int order = least == 0 ? 0 : memcmp(a, b, least);
    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}
static inline int myc_order_uuid(const myc_Reader *r, uint32_t a, uint32_t b) {
    return memcmp(r->frame + a, r->frame + b, 16);
}
static inline int myc_order_tail(const myc_Reader *r, uint32_t a, uint32_t b) {
    const uint8_t *tail = r->frame + r->tail;
    myc_Ref x = myc_load_ref(r->frame + a), y = myc_load_ref(r->frame + b);
    uint32_t room = r->stop - r->tail;
    /* What was judged is there; where it has changed since then, nothing outside is read. */
    if (x.offset > room || x.count > room - x.offset || y.offset > room || y.count > room - y.offset)
        return 0;
    return myc_order_strings(tail + x.offset, x.count, tail + y.offset, y.count);
}
static inline uint32_t myc_count_inside(const myc_Reader *r, uint32_t at, uint32_t width) {
    uint32_t count = myc_count(r->frame + at, width), room = r->stop - at - width;
    return count < room ? count : room;
}
#define MYC_ORDER_BOUNDED(width)                                                                        \
    static inline int myc_order_bounded##width(const myc_Reader *r, uint32_t a, uint32_t b) {           \
        uint32_t x = myc_count_inside(r, a, width), y = myc_count_inside(r, b, width);                  \
        return myc_order_strings(r->frame + a + width, x, r->frame + b + width, y);                     \
    }
MYC_ORDER_BOUNDED(1)
MYC_ORDER_BOUNDED(2)
MYC_ORDER_BOUNDED(4)
#undef MYC_ORDER_BOUNDED

static inline int myc_check_map(myc_Reader *r, uint32_t at, uint32_t align, uint32_t size, const char *field,
                                myc_Check *check, myc_Order *order) {
    myc_Taken taken;
    if (!myc_take(r, at, align, size, field, &taken))
        return 0;
    for (uint32_t i = 0; i < taken.count; i++) {
        uint32_t pair = taken.place + i * size;
        if (!check(r, pair, field))
            return 0;
        if (i > 0 && order(r, pair - size, pair) >= 0)
            return myc_fail(r, MYC_WIRE_KEY_ORDER, pair, field);
    }
    return 1;
}

static inline int myc_require(myc_Reader *r, uint32_t at, uint32_t there, uint32_t end, const char *field) {
    return there >= end || myc_fail(r, MYC_WIRE_MISSING, at, field);
}

/* Whether a reference, or an open union, refers to nothing at all. */
static inline int myc_is_absent(const uint8_t *at) { return myc_load_u64(at) == 0; }
static inline int myc_is_absent_union(const uint8_t *at) { return myc_load_u64(at) == 0 && myc_load_u32(at + 8) == 0; }
/* Whether it says "there, but empty". */
static inline int myc_is_present_empty(const uint8_t *at) { return myc_load_u64(at) == 1; }

static inline int myc_check_tail_end(myc_Reader *r) {
    return r->stop - r->tail == myc_align_up(r->next - r->tail, 8) || myc_fail(r, MYC_WIRE_TRAILING, r->next, "");
}

/* Checks a block of which `there` bytes are there. */
typedef int myc_CheckBlock(myc_Reader *r, uint32_t at, uint32_t there);

static inline int myc_check_block(myc_Reader *r, uint32_t at, uint32_t there, uint32_t block,
                                  myc_CheckBlock *check) {
    if ((uint64_t)at + myc_align_up(there, 8) > r->stop || there > UINT32_MAX - 7)
        return myc_fail(r, MYC_WIRE_BLOCK, at, "");
    r->tail = r->next = at + myc_align_up(there, 8);
    return check(r, at, there) && (there > block || myc_check_tail_end(r));
}

/* Checks the payload that a reference points to; any, where there is no `check`. */
static inline int myc_check_payload(myc_Reader *r, uint32_t at, uint32_t block, const char *field,
                                    myc_CheckBlock *check) {
    myc_Taken taken;
    if (!myc_take(r, at, 8, 1, field, &taken))
        return 0;
    if (taken.count < 8 || taken.count % 8 != 0)
        return myc_fail(r, MYC_WIRE_REFERENCE, at, field);
    myc_Reader inner = {r->frame, 0, r->next, 0, r->error};
    uint32_t start = taken.place + 8, there = myc_load_u32(r->frame + taken.place);
    if (check != NULL)
        return myc_check_block(&inner, start, there, block, check);
    return there <= UINT32_MAX - 7 && (uint64_t)start + myc_align_up(there, 8) <= r->next
               ? 1
               : myc_fail(r, MYC_WIRE_BLOCK, start, "");
}

/* Checks a whole frame; `error` may be NULL. */
static inline int myc_open(myc_Payload *payload, const void *bytes, size_t len, uint16_t type_id, uint32_t block,
                           myc_CheckBlock *check, myc_WireError *error) {
    myc_WireError unseen;
    const uint8_t *frame = (const uint8_t *)bytes;
    myc_Reader r = {frame, 0, 0, 0, error != NULL ? error : &unseen};
    memset(payload, 0, sizeof *payload);
    r.error->code = MYC_WIRE_OK;
    r.error->offset = 0;
    r.error->field = "";
    if (bytes == NULL || len < MYC_FRAME_HEADER)
        myc_fail(&r, MYC_WIRE_TRUNCATED, (uint32_t)(bytes == NULL ? 0 : len), "");
    else if ((uintptr_t)bytes % 8 != 0)
        myc_fail(&r, MYC_WIRE_MISALIGNED, 0, "");
    else {
        uint32_t length = myc_load_u32(frame), there = myc_load_u32(frame + 8);
        if (length % 8 != 0)
            myc_fail(&r, MYC_WIRE_LENGTH, 0, "");
        else if (there > length)
            myc_fail(&r, MYC_WIRE_BLOCK, 8, "");
        else if (length > UINT32_MAX - MYC_FRAME_HEADER || len - MYC_FRAME_HEADER < length)
            myc_fail(&r, MYC_WIRE_TRUNCATED, 0, "");
        else if (len - MYC_FRAME_HEADER > length)
            myc_fail(&r, MYC_WIRE_TRAILING, MYC_FRAME_HEADER + length, "");
        else if (myc_load_u16(frame + 4) != type_id)
            myc_fail(&r, MYC_WIRE_TYPE_ID, 4, "");
        else {
            r.stop = MYC_FRAME_HEADER + length;
            if (myc_check_block(&r, MYC_FRAME_HEADER, there, block, check)) {
                payload->block = frame + MYC_FRAME_HEADER;
                payload->there = there;
                payload->tail = payload->block + myc_align_up(there, 8);
            }
        }
    }
    return r.error->code;
}

#endif
