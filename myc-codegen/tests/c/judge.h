/* Judges frames, and what is near them: prints a line a frame, a letter for each verdict, which is 'A' and the
 * code. '?' stands where what is said does not fit together. */
#include "mycelium_wire.h"

#include <stdio.h>
#include <stdlib.h>

typedef int Opens(const uint8_t *bytes, size_t len);

/* Opens bytes of a type, in memory of their very size, so that a tool sees whoever reads beyond it. */
#define OPENS(type)                                                                                \
    static int type##_Opens(const uint8_t *bytes, size_t len) {                                    \
        uint8_t *frame = (uint8_t *)malloc(len == 0 ? 1 : len);                                    \
        type##_View view;                                                                          \
        myc_WireError error;                                                                       \
        memcpy(frame, bytes, len);                                                                 \
        int code = type##_View_open(&view, frame, len, &error);                                    \
        int fits = code == error.code && error.offset <= len && error.field != NULL &&             \
                   (code == MYC_WIRE_OK ? is_inside(view.payload, frame, len) : view.payload.block == NULL); \
        free(frame);                                                                               \
        return fits ? 'A' + code : '?';                                                            \
    }

static int is_inside(myc_Payload payload, const uint8_t *frame, size_t len) {
    return payload.block == frame + MYC_FRAME_HEADER && payload.tail >= payload.block + payload.there &&
           payload.tail <= frame + len;
}

/* Of a long frame only what is near its ends: what lies between is text. */
static int is_tried(size_t place, size_t len) { return place < 512 || place + 512 >= len; }

static void judge_near(const uint8_t *bytes, size_t len, Opens *opens) {
    static const uint8_t others[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    uint8_t *copy = (uint8_t *)malloc(len);
    memcpy(copy, bytes, len);
    for (size_t place = 0; place < len; place++) {
        if (!is_tried(place, len))
            continue;
        for (size_t other = 0; other < sizeof others; other++) {
            copy[place] = others[other];
            putchar(opens(copy, len));
        }
        copy[place] = bytes[place];
    }
    for (size_t shorter = 0; shorter < len; shorter++)
        if (is_tried(shorter, len))
            putchar(opens(copy, shorter));
    for (size_t shorter = MYC_FRAME_HEADER; shorter < len; shorter += 8) {
        if (!is_tried(shorter, len))
            continue;
        uint32_t payload = (uint32_t)(shorter - MYC_FRAME_HEADER);
        memcpy(copy, &payload, sizeof payload);
        putchar(opens(copy, shorter));
    }
    free(copy);
}

/* The zero byte is there because an array of C has at least one item. */
#define JUDGE(type, near, ...)                                     \
    {                                                              \
        static const uint8_t bytes[] = {__VA_ARGS__ 0};            \
        putchar(type##_Opens(bytes, sizeof bytes - 1));            \
        if (near)                                                  \
            judge_near(bytes, sizeof bytes - 1, type##_Opens);     \
        putchar('\n');                                             \
    }
