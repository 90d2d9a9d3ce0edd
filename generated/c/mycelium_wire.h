/* Frames of Mycelium in C: what the headers that `mycc gen --lang c` makes are built on.
 *
 * A generated header has a struct for each message and struct, laid out as on the wire, so that a frame
 * is read where it lies: in a ring, in a buffer of a socket, in a mapped file. `..._View_open` checks a
 * frame once; after that each field is a load, by `view.block->field` or by the field's function.
 *
 *     market_Trade_View trade;
 *     myc_WireError error;
 *     if (market_Trade_View_open(&trade, frame, len, &error) != MYC_WIRE_OK)
 *         fprintf(stderr, "%s: %s\n", error.field, myc_wire_message(error.code));
 *     else
 *         printf("%" PRIi64 "\n", trade.block->price);
 *
 * What a view gives points into the frame, and is good for as long as the frame is there and nobody changes
 * it: copy it first where you do not trust the writer of a ring with that. Nothing allocates.
 * A frame begins at a multiple of 8 bytes; on the wire everything is little-endian, and so must be the
 * machine. C11 or C++11. */
#ifndef MYCELIUM_WIRE_H
#define MYCELIUM_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "frames are read in place, which takes a little-endian machine"
#endif

#ifdef __cplusplus
#define MYC_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define MYC_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* Bytes of a frame's header. */
#define MYC_FRAME_HEADER 16
/* Bytes of the longest payload. */
#define MYC_MAX_PAYLOAD UINT32_C(0xfffffff8)

/* The header of a frame. */
typedef struct {
    uint32_t length;   /* Bytes of the payload behind it, a multiple of 8. */
    uint16_t type_id;  /* Of the message; 0 is a transport's own. */
    uint16_t channel;  /* Of the topic, given by the sender; 0 is the type's own. */
    uint32_t block;    /* Bytes of the block: where its last field ends. */
    uint32_t sequence; /* Counts the frames of a channel, and wraps. */
} myc_FrameHeader;
MYC_STATIC_ASSERT(sizeof(myc_FrameHeader) == MYC_FRAME_HEADER, "no padding in a frame's header");

/* Points from a block or an item to an item of the tail. */
typedef struct {
    uint32_t offset; /* From where the tail starts. */
    uint32_t count;  /* Bytes of text and bytes, items of a list, pairs of a map. */
} myc_Ref;

/* Text in UTF-8, not ended by a zero byte. */
typedef struct {
    const char *data;
    size_t len;
} myc_Text;

typedef struct {
    const uint8_t *data;
    size_t len;
} myc_Bytes;

/* Items side by side. */
typedef struct {
    const void *items;
    size_t count;
} myc_Items;

/* A payload inside of a payload: a message, or the arm of an open union. */
typedef struct {
    const uint8_t *block; /* NULL where there is none. */
    uint32_t there;       /* Bytes of the block that the sender knew. */
    const uint8_t *tail;  /* What references in the block count from. */
} myc_Payload;

/* Integers of 128 and 256 bits, the least significant word first; signed ones are in two's complement. */
typedef struct {
    uint64_t lo;
    uint64_t hi;
} myc_U128;
typedef struct {
    uint64_t lo;
    int64_t hi;
} myc_I128;
typedef struct {
    uint64_t words[4];
} myc_U256;

/* Bytes in the order in which they are written. */
typedef struct {
    uint8_t bytes[16];
} myc_Uuid;

/* Why bytes are not a frame of the type. */
enum {
    MYC_WIRE_OK = 0,
    MYC_WIRE_TRUNCATED,    /* The input ends too early. */
    MYC_WIRE_MISALIGNED,   /* The frame does not begin at a multiple of 8 bytes. */
    MYC_WIRE_LENGTH,       /* The header's length is not a multiple of 8. */
    MYC_WIRE_TYPE_ID,      /* A frame of another type. */
    MYC_WIRE_BLOCK,        /* The block does not fit its payload. */
    MYC_WIRE_BOOL,         /* A bool that is neither 0 nor 1. */
    MYC_WIRE_PRESENCE,     /* A presence byte that is neither 0 nor 1. */
    MYC_WIRE_UTF8,         /* Text that is not UTF-8. */
    MYC_WIRE_ENUM,         /* A value that a closed enum does not name. */
    MYC_WIRE_TAG,          /* A tag that a closed union does not name, or no tag. */
    MYC_WIRE_COUNT,        /* More items than the bound allows. */
    MYC_WIRE_REFERENCE,    /* A reference that does not point to the next item of the tail. */
    MYC_WIRE_MISSING,      /* A required field that the sender's block does not reach. */
    MYC_WIRE_TRAILING,     /* Bytes behind the last item of the tail, or behind the frame. */
    MYC_WIRE_OUT_OF_RANGE, /* A number outside the range of its field. */
    MYC_WIRE_LEN,          /* Fewer or more bytes, items or pairs than the field allows. */
    MYC_WIRE_KEY_ORDER     /* A key of a map that is not above the one before it. */
};

typedef struct {
    int code;          /* One of MYC_WIRE_. */
    size_t offset;     /* Where in the frame. */
    const char *field; /* Innermost field, "market.Trade.side"; "" outside of any. */
} myc_WireError;

/* A sentence for a code. */
static inline const char *myc_wire_message(int code) {
    static const char *const texts[] = {
        "no error",
        "the input ends too early",
        "the frame does not begin at a multiple of 8 bytes",
        "the length is not a multiple of 8",
        "a frame of another type",
        "the block does not fit its payload",
        "a bool must be 0 or 1",
        "a presence byte must be 0 or 1",
        "text that is not UTF-8",
        "no member of this closed enum",
        "no arm of this union",
        "more items than the bound allows",
        "a reference that does not point to the next item of the tail",
        "a required field is missing: the sender is older than it",
        "bytes behind the end",
        "a number outside of its field's range",
        "a length that its field does not allow",
        "a map's key that is not above the one before it",
    };
    return code >= 0 && (size_t)code < sizeof texts / sizeof texts[0] ? texts[code] : "no such code";
}

/* Loads, from any address. */
#define MYC_LOAD(name, type)                                \
    static inline type myc_load_##name(const uint8_t *at) { \
        type value;                                         \
        memcpy(&value, at, sizeof value);                   \
        return value;                                       \
    }
MYC_LOAD(u8, uint8_t)
MYC_LOAD(u16, uint16_t)
MYC_LOAD(u32, uint32_t)
MYC_LOAD(u64, uint64_t)
MYC_LOAD(i8, int8_t)
MYC_LOAD(i16, int16_t)
MYC_LOAD(i32, int32_t)
MYC_LOAD(i64, int64_t)
MYC_LOAD(f32, float)
MYC_LOAD(f64, double)
MYC_LOAD(u128, myc_U128)
MYC_LOAD(i128, myc_I128)
MYC_LOAD(u256, myc_U256)
MYC_LOAD(uuid, myc_Uuid)
MYC_LOAD(ref, myc_Ref)
#undef MYC_LOAD

static inline uint32_t myc_align_up(uint32_t n, uint32_t align) { return (n + align - 1) & ~(align - 1); }

/* Where a reference points to: with no item nowhere, though its offset may say "there, but empty". */
static inline const uint8_t *myc_referred(myc_Ref ref, const uint8_t *tail) {
    return tail + (ref.count > 0 ? ref.offset : 0);
}

/* What a reference points to, where it has been checked. */
static inline myc_Text myc_text(const uint8_t *at, const uint8_t *tail) {
    myc_Ref ref = myc_load_ref(at);
    myc_Text text = {(const char *)myc_referred(ref, tail), ref.count};
    return text;
}
static inline myc_Bytes myc_bytes(const uint8_t *at, const uint8_t *tail) {
    myc_Ref ref = myc_load_ref(at);
    myc_Bytes bytes = {myc_referred(ref, tail), ref.count};
    return bytes;
}
static inline myc_Items myc_items(const uint8_t *at, const uint8_t *tail) {
    myc_Ref ref = myc_load_ref(at);
    myc_Items items = {myc_referred(ref, tail), ref.count};
    return items;
}
static inline myc_Payload myc_payload(const uint8_t *at, const uint8_t *tail) {
    const uint8_t *start = tail + myc_load_ref(at).offset;
    uint32_t there = myc_load_u32(start);
    myc_Payload payload = {start + 8, there, start + 8 + myc_align_up(there, 8)};
    return payload;
}

/* Text and bytes with a bound: a count of `width` bytes, then room. */
static inline uint32_t myc_count(const uint8_t *at, uint32_t width) {
    return width == 1 ? myc_load_u8(at) : width == 2 ? myc_load_u16(at) : myc_load_u32(at);
}
static inline myc_Text myc_bounded_text(const uint8_t *at, uint32_t width) {
    myc_Text text = {(const char *)at + width, myc_count(at, width)};
    return text;
}
static inline myc_Bytes myc_bounded_bytes(const uint8_t *at, uint32_t width) {
    myc_Bytes bytes = {at + width, myc_count(at, width)};
    return bytes;
}
static inline myc_Items myc_bounded_items(const uint8_t *at, uint32_t width, uint32_t first) {
    myc_Items items = {at + first, myc_count(at, width)};
    return items;
}
static inline myc_Text myc_literal_text(const char *data, size_t len) {
    myc_Text text = {data, len};
    return text;
}

/* Frames that are written in place: each row of items lies in the tail behind the one before it, at a multiple of
 * its alignment, so that all places follow from the counts. */

/* Where a row ends, behind others that end at `end`; UINT64_MAX where no frame holds so much. */
static inline uint64_t myc_row_end(uint64_t end, size_t count, uint32_t size, uint32_t align) {
    if (count == 0 || end > MYC_MAX_PAYLOAD)
        return end;
    uint64_t start = (end + align - 1) & ~(uint64_t)(align - 1);
    return count <= (MYC_MAX_PAYLOAD - start) / size ? start + (uint64_t)count * size : UINT64_MAX;
}

/* Bytes of a frame whose rows end at `end`; SIZE_MAX where there is none. */
static inline size_t myc_frame_size(uint32_t block, uint64_t end) {
    uint64_t tail = (uint64_t)MYC_FRAME_HEADER + myc_align_up(block, 8);
    if (end > MYC_FRAME_HEADER + (uint64_t)MYC_MAX_PAYLOAD - tail || end > SIZE_MAX - 7 - tail)
        return SIZE_MAX;
    return (size_t)(tail + ((end + 7) & ~UINT64_C(7)));
}

/* A frame that is being laid out. */
typedef struct {
    uint8_t *block;
    uint8_t *tail;
    uint64_t end; /* Of the rows so far. */
} myc_Laid;

static inline myc_Laid myc_lay_block(void *frame, size_t size, uint16_t type_id, uint32_t block) {
    myc_FrameHeader header = {(uint32_t)(size - MYC_FRAME_HEADER), type_id, 0, block, 0};
    myc_Laid laid = {(uint8_t *)frame + MYC_FRAME_HEADER, NULL, 0};
    laid.tail = laid.block + myc_align_up(block, 8);
    memcpy(frame, &header, sizeof header);
    memset(laid.block, 0, myc_align_up(block, 8));
    return laid;
}

/* Refers to the next row from `at` in the block; gives where it lies. */
static inline void *myc_lay_row(myc_Laid *laid, uint32_t at, size_t count, uint32_t size, uint32_t align) {
    if (count == 0)
        return NULL;
    uint64_t end = myc_row_end(laid->end, count, size, align);
    uint64_t start = end - (uint64_t)count * size;
    myc_Ref ref = {(uint32_t)start, (uint32_t)count};
    memcpy(laid->block + at, &ref, sizeof ref);
    memset(laid->tail + laid->end, 0, (size_t)(start - laid->end));
    laid->end = end;
    return laid->tail + start;
}

/* Zeros behind the last row; gives the block. */
static inline void *myc_lay_end(const myc_Laid *laid) {
    memset(laid->tail + laid->end, 0, (size_t)(-laid->end & 7));
    return laid->block;
}

#endif
