/* Reads fields of golden vectors through generated headers; `frames.h` has their bytes. */
#include "vectors_containers.h"
#include "vectors_defaults.h"
#include "vectors_maps.h"
#include "vectors_optionals.h"
#include "vectors_text.h"
#include "vectors_unions.h"

#include "frames.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                           \
    do {                                                           \
        if (!(condition)) {                                        \
            printf("line %d: %s\n", __LINE__, #condition);         \
            exit(1);                                               \
        }                                                          \
    } while (0)

#define OPEN(type, view, frame) \
    type##_View view;           \
    CHECK(type##_View_open(&view, frame, sizeof frame, NULL) == MYC_WIRE_OK)

static int is(myc_Text text, const char *expected) {
    return text.data != NULL && text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

static void check_lists(void) {
    OPEN(vectors_containers_Lists, lists, containers__lists_of_several);
    CHECK(lists.block != NULL);
    CHECK(vectors_containers_Lists_numbers(&lists).count == 3);
    CHECK(vectors_containers_Lists_numbers(&lists).items[2] == 2);
    CHECK(vectors_containers_Lists_raw(&lists).len == 3 && vectors_containers_Lists_raw(&lists).data[2] == 2);
    CHECK(vectors_containers_Lists_floats(&lists).items[0] == 1.5);
    CHECK(isnan(vectors_containers_Lists_floats(&lists).items[1]));
    CHECK(vectors_containers_Lists_points(&lists).items[2].y == -2);
    CHECK(vectors_containers_Lists_padded(&lists).items[1].wide == 2);
    const uint8_t *tail = lists.payload.tail;
    const myc_Ref *words = vectors_containers_Lists_words(&lists).items;
    CHECK(is(myc_text((const uint8_t *)&words[2], tail), "ccc"));
    CHECK(is(vectors_containers_Label_name(&vectors_containers_Lists_labels(&lists).items[2], tail), "zzz"));
    CHECK(vectors_containers_Lists_maybe(&lists).items[1].present == 1);
    CHECK(vectors_containers_Lists_maybe(&lists).items[1].value == 1);
    CHECK(vectors_containers_Lists_maybe(&lists).items[2].present == 0);
    CHECK(vectors_containers_Lists_blocks(&lists).items[1][2] == 0xff);
}

static void check_defaults(void) {
    OPEN(vectors_defaults_Grown, older, defaults__an_older_writer_that_knows_the_id);
    CHECK(older.block == NULL);
    CHECK(vectors_defaults_Grown_id(&older) == 5);
    CHECK(vectors_defaults_Grown_flags(&older) ==
          (vectors_defaults_Marks_AUCTION | vectors_defaults_Marks_LATE));
    CHECK(vectors_defaults_Grown_key(&older).bytes[0] == 0xf8);
    CHECK(vectors_defaults_Grown_wide(&older).words[2] == 1 && vectors_defaults_Grown_wide(&older).words[0] == 0);
    CHECK(vectors_defaults_Grown_tiny(&older) == 5e-324);
    CHECK(vectors_defaults_Grown_numbers(&older).items == NULL);
    CHECK(vectors_defaults_Grown_level(&older) == NULL);

    OPEN(vectors_defaults_Grown, whole, defaults__defaults__taken_in_JSON);
    CHECK(vectors_defaults_Grown_level(&whole)->price == 150);
    CHECK(vectors_defaults_Grown_level(&whole)->quantity.present == 0);
    CHECK(vectors_defaults_Grown_sides(&whole)[0] == vectors_defaults_Side_SELL);
    CHECK(vectors_defaults_Grown_bounded(&whole).count == 2 && vectors_defaults_Grown_bounded(&whole).items[1] == 50);
    CHECK(vectors_defaults_Grown_pair(&whole)->v0 == 0.1);
    CHECK(whole.block->short_.len == 2 && vectors_defaults_Grown_short_(&whole).data[1] == 2);
    CHECK(vectors_defaults_Grown_counts(&whole).count == 2);
    CHECK(vectors_defaults_Grown_counts(&whole).items[1].value == 2);
    CHECK(strcmp(vectors_defaults_Side_Name(vectors_defaults_Side_SELL), "sell") == 0);
    CHECK(vectors_defaults_Side_Name((vectors_defaults_Side)9) == NULL);
}

static void check_optionals(void) {
    OPEN(vectors_optionals_Optionals, none, optionals__all_absent);
    CHECK(vectors_optionals_Optionals_number(&none) == NULL);
    CHECK(vectors_optionals_Optionals_point(&none) == NULL);
    CHECK(vectors_optionals_Optionals_text(&none).data == NULL);
    CHECK(vectors_optionals_Optionals_words(&none).items == NULL);
    CHECK(vectors_optionals_Optionals_note(&none).payload.block == NULL);
    CHECK(vectors_optionals_Optionals_event(&none) == NULL);

    OPEN(vectors_optionals_Optionals, empty, optionals__all_present__empty_or_zero);
    CHECK(*vectors_optionals_Optionals_number(&empty) == 0);
    CHECK(is(vectors_optionals_Optionals_text(&empty), ""));
    /* The offset of a reference that says "there, but empty" is no place. */
    CHECK(vectors_optionals_Optionals_text(&empty).data == (const char *)empty.payload.tail);
    CHECK((const void *)vectors_optionals_Optionals_words(&empty).items == empty.payload.tail);

    OPEN(vectors_optionals_Optionals, all, optionals__all_present);
    CHECK(*vectors_optionals_Optionals_number(&all) == 2);
    CHECK(vectors_optionals_Optionals_wide(&all)->hi == -1);
    CHECK(*vectors_optionals_Optionals_price(&all) == 678);
    CHECK(vectors_optionals_Optionals_point(&all)->x == -9);
    CHECK(vectors_optionals_Optionals_few(&all)->items[1] == 2);
    CHECK(is(vectors_optionals_Optionals_text(&all), "text"));
    vectors_optionals_Note_View note = vectors_optionals_Optionals_note(&all);
    CHECK(is(vectors_optionals_Note_text(&note), "note") && *vectors_optionals_Note_stars(&note) == 5);
    const vectors_optionals_Event *event = vectors_optionals_Optionals_event(&all);
    CHECK(event->tag == vectors_optionals_Event_NOTE);
    note = vectors_optionals_Event_note(event, all.payload.tail);
    CHECK(is(vectors_optionals_Note_text(&note), "") && vectors_optionals_Note_stars(&note) == NULL);
    CHECK(vectors_optionals_Event_count(event, all.payload.tail) == NULL);
}

static void check_unions(void) {
    OPEN(vectors_unions_Unions, tick, unions__open_arm_tick);
    const vectors_unions_Event *event = vectors_unions_Unions_event(&tick);
    CHECK(event->tag == vectors_unions_Event_TICK);
    CHECK(vectors_unions_Event_tick(event, tick.payload.tail)->y == -2);

    OPEN(vectors_unions_Unions, order, unions__closed_arm_order);
    const vectors_unions_Shape *shape = vectors_unions_Unions_shape(&order);
    vectors_unions_Order_View inner = vectors_unions_Shape_order(shape, order.payload.tail);
    CHECK(vectors_unions_Order_id(&inner) == 9 && is(vectors_unions_Order_note(&inner), "nine"));
    CHECK(vectors_unions_Shape_dot(shape, order.payload.tail) == NULL);

    OPEN(vectors_unions_Unions, newer, unions__an_unknown_arm);
    event = vectors_unions_Unions_event(&newer);
    CHECK(event->tag == 9 && vectors_unions_Event_tick(event, newer.payload.tail) == NULL);
}

static void check_maps(void) {
    OPEN(vectors_maps_Texts, texts, maps__maps_of_text);
    CHECK(vectors_maps_Texts_words(&texts).count == 6);
    CHECK(vectors_maps_Texts_words(&texts).items[5].value == 5);
    CHECK(vectors_maps_Texts_codes(&texts).items[2].key.len == 4);
    CHECK(memcmp(vectors_maps_Texts_codes(&texts).items[2].key.data, "four", 4) == 0);
}

static void check_refusals(void) {
    vectors_maps_Texts_View view;
    myc_WireError error;
    CHECK(vectors_maps_Texts_View_open(&view, NULL, 0, &error) == MYC_WIRE_TRUNCATED);
    CHECK(vectors_maps_Texts_View_open(&view, maps__maps_of_text + 1, 64, NULL) == MYC_WIRE_MISALIGNED);
    CHECK(vectors_maps_Texts_View_open(&view, maps__maps_of_text, 64, &error) == MYC_WIRE_TRUNCATED);
    CHECK(vectors_maps_Texts_View_open(&view, optionals__all_absent, sizeof optionals__all_absent, &error) ==
          MYC_WIRE_TYPE_ID);
    CHECK(error.offset == 4 && view.payload.block == NULL && view.block == NULL);
    CHECK(strcmp(myc_wire_message(-1), myc_wire_message(1000)) == 0);
}

/* As Rust writes it, byte for byte, over whatever lay there. */
static void check_text_in_place(const char *text, const char *data, const char *again, const void *frame, size_t len) {
    vectors_text_Unbounded_Counts counts = {strlen(text), strlen(data), strlen(again)};
    CHECK(vectors_text_Unbounded_Counts_size(&counts) == len);
    uint64_t place[64];
    CHECK(len <= sizeof place);
    memset(place, 0xee, sizeof place);
    vectors_text_Unbounded_Room room;
    CHECK((void *)vectors_text_Unbounded_Room_init(&room, place, &counts) == place + 2);
    if (counts.text > 0)
        memcpy(room.text, text, counts.text);
    if (counts.data > 0)
        memcpy(room.data, data, counts.data);
    if (counts.again > 0)
        memcpy(room.again, again, counts.again);
    CHECK(memcmp(place, frame, len) == 0 && ((uint8_t *)place)[len] == 0xee);
}

static void check_rooms(void) {
    check_text_in_place("", "", "", text__empty, sizeof text__empty);
    check_text_in_place("", "", "x", text__only_the_last, sizeof text__only_the_last);
    check_text_in_place("12345678", "\1\2\3\4\5\6\7\10", "", text__eight_bytes_need_no_padding,
                        sizeof text__eight_bytes_need_no_padding);

    vectors_containers_Lists_Counts counts = {0};
    counts.raw = 3;
    counts.wide = 2;
    counts.codes = 1;
    counts.points = 2;
    counts.padded = 2;
    counts.maybe = 1;
    counts.blocks = 1;
    const size_t size = vectors_containers_Lists_Counts_size(&counts);
    uint64_t place[128];
    CHECK(size % 8 == 0 && size <= sizeof place);
    memset(place, 0xee, sizeof place);
    vectors_containers_Lists_Room room;
    CHECK(vectors_containers_Lists_Room_init(&room, place, &counts) != NULL);
    CHECK(room.numbers == NULL && (uintptr_t)room.wide % 8 == 0);
    memset(room.wide, 0, 2 * sizeof *room.wide);
    room.wide[1].lo = 7;
    memcpy(room.raw, "abc", 3);
    memset(room.codes, 0, sizeof *room.codes);
    memset(room.padded, 0, 2 * sizeof *room.padded);
    room.points[0].x = 1;
    room.points[0].y = 2;
    room.points[1].x = 3;
    room.points[1].y = 4;
    room.padded[1].wide = 5;
    room.maybe[0].present = 1;
    room.maybe[0].value = 6;
    memcpy(room.blocks[0], "xyz", 3);
    vectors_containers_Lists_View view;
    CHECK(vectors_containers_Lists_View_open(&view, place, size, NULL) == MYC_WIRE_OK);
    CHECK(vectors_containers_Lists_wide(&view).items[1].lo == 7);
    CHECK(vectors_containers_Lists_raw(&view).len == 3 && vectors_containers_Lists_raw(&view).data[2] == 'c');
    CHECK(vectors_containers_Lists_points(&view).count == 2 && vectors_containers_Lists_points(&view).items[1].y == 4);
    CHECK(vectors_containers_Lists_padded(&view).items[1].wide == 5);
    CHECK(vectors_containers_Lists_maybe(&view).items[0].value == 6);
    CHECK(vectors_containers_Lists_blocks(&view).items[0][2] == 'z');
    CHECK(vectors_containers_Lists_words(&view).count == 0 && vectors_containers_Lists_rows(&view).count == 0);

    /* More than a frame holds, in one list and in several. */
    counts.numbers = SIZE_MAX;
    CHECK(vectors_containers_Lists_Counts_size(&counts) == SIZE_MAX);
    counts.numbers = 0;
    counts.raw = 0xfffffff8;
    CHECK(vectors_containers_Lists_Counts_size(&counts) == SIZE_MAX);
    vectors_text_Unbounded_Counts longest = {0xffffffe0, 0, 0};
    CHECK(vectors_text_Unbounded_Counts_size(&longest) == (size_t)0xfffffff8 + 16);
    longest.data = 1;
    CHECK(vectors_text_Unbounded_Counts_size(&longest) == SIZE_MAX);
}

int main(void) {
    check_rooms();
    check_lists();
    check_defaults();
    check_optionals();
    check_unions();
    check_maps();
    check_refusals();
    return 0;
}
