/* Writes and reads a ring through mycelium.h; the argument is a folder to do it in. Exits with 0 if all
 * is as the header promises, else says where it is not. */
#include "check.h"

static void check_frames(const char *path) {
    myc_writer *writer = NULL;
    CHECK(myc_writer_create(path, 4096, &writer) == MYC_OK && writer != NULL);
    size_t limit = 0;
    CHECK(myc_writer_max_frame_len(writer, &limit) == MYC_OK && limit == 1024);

    myc_reader *reader = NULL;
    CHECK(myc_reader_attach(path, MYC_START_FIRST, &reader) == MYC_OK && reader != NULL);
    size_t live = 0;
    CHECK(myc_writer_live_readers(writer, &live) == MYC_OK && live == 1);
    const char *names[] = {"trades", "quotes"};
    myc_reader *second = NULL;
    CHECK(myc_reader_attach_for(path, MYC_START_FIRST, names, 2, &second) == MYC_OK);
    size_t of_quotes = 0, of_books = 0;
    CHECK(myc_writer_readers_of(writer, "quotes", &of_quotes) == MYC_OK && of_quotes == 2);
    CHECK(myc_writer_readers_of(writer, "books", &of_books) == MYC_OK && of_books == 1);
    CHECK(myc_reader_close(second) == MYC_OK);
    CHECK(myc_writer_readers_of(writer, "quotes", &of_quotes) == MYC_OK && of_quotes == 1);
    uint64_t epoch = 0;
    CHECK(myc_reader_epoch(reader, &epoch) == MYC_OK && epoch != 0);

    const uint8_t *frame = NULL;
    size_t len = 0;
    CHECK(myc_reader_poll(reader, &frame, &len) == MYC_NONE && frame == NULL);
    CHECK(myc_reader_wait(reader, 1000) == MYC_NONE);
    for (uint32_t round = 0; round < 1000; round++) {
        uint8_t *place = NULL;
        CHECK(myc_writer_reserve(writer, 100, LONG, &place) == MYC_OK && (uintptr_t)place % 8 == 0);
        memset(place, (int)(round % 256), 100);
        CHECK(myc_reader_poll(reader, &frame, &len) == MYC_NONE);
        CHECK(myc_writer_commit(writer) == MYC_OK);
        CHECK(myc_reader_wait(reader, LONG) == MYC_OK);
        CHECK(myc_reader_poll(reader, &frame, &len) == MYC_OK && len == 100);
        CHECK(frame[0] == round % 256 && frame[99] == round % 256 && (uintptr_t)frame % 8 == 0);
    }
    CHECK(myc_writer_commit(writer) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_write(writer, frame, 1025, 0) == MYC_ERR_TOO_LONG);
    CHECK(strstr(myc_last_error(), "1024") != NULL);

    int full = MYC_OK;
    while (full == MYC_OK) {
        full = myc_writer_write(writer, (const uint8_t *)"0123456789", 10, 1000);
    }
    CHECK(full == MYC_NONE);
    CHECK(myc_reader_release(reader) == MYC_OK);
    CHECK(myc_reader_release(reader) == MYC_OK);
    CHECK(myc_writer_write(writer, NULL, 0, 0) == MYC_OK);

    CHECK(myc_writer_announce(writer, (const uint8_t *)"news", 4) == MYC_OK);
    const uint8_t *news = NULL;
    CHECK(myc_reader_announcements(reader, &news, &len) == MYC_OK && len == 4);
    CHECK(memcmp(news, "news", 4) == 0);

    CHECK(myc_writer_close(writer) == MYC_OK);
    int outcome = MYC_OK;
    while (outcome == MYC_OK) {
        outcome = myc_reader_poll(reader, &frame, &len);
    }
    CHECK(outcome == MYC_ERR_CLOSED);
    CHECK(myc_reader_close(reader) == MYC_OK);
}

static void check_failures(const char *path) {
    myc_reader *reader = NULL;
    CHECK(myc_reader_attach(path, MYC_START_NEWEST, &reader) == MYC_ERR_NOT_FOUND && reader == NULL);
    CHECK(myc_reader_attach(path, 7, &reader) == MYC_ERR_ARGUMENT);
    CHECK(strstr(myc_last_error(), "MYC_START_FIRST") != NULL);
    CHECK(myc_reader_attach(NULL, MYC_START_FIRST, &reader) == MYC_ERR_ARGUMENT);
    CHECK(strstr(myc_last_error(), "`path` is null") != NULL);
    CHECK(myc_reader_attach("\xff", MYC_START_FIRST, &reader) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_attach(path, MYC_START_FIRST, NULL) == MYC_ERR_ARGUMENT);
    const char *names[] = {"trades", NULL};
    CHECK(myc_reader_attach_for(path, MYC_START_FIRST, names, 2, &reader) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_attach_for(path, MYC_START_FIRST, NULL, 1, &reader) == MYC_ERR_ARGUMENT);
    CHECK(strstr(myc_last_error(), "`names` is null") != NULL);

    const uint8_t *frame = NULL;
    size_t len = 0;
    uint64_t epoch = 0;
    CHECK(myc_reader_poll(NULL, &frame, &len) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_release(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_wait(NULL, 0) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_announcements(NULL, &frame, &len) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_epoch(NULL, &epoch) == MYC_ERR_ARGUMENT);
    CHECK(myc_reader_close(NULL) == MYC_OK);

    myc_writer *writer = NULL;
    uint8_t *place = NULL;
    CHECK(myc_writer_create(NULL, 0, &writer) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_create(path, 0, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_create("/does/not/exist", 0, &writer) == MYC_ERR_IO);
    CHECK(myc_writer_create(path, UINT64_MAX, &writer) == MYC_ERR_TOO_LONG);
    CHECK(myc_writer_reserve(NULL, 1, 0, &place) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_commit(NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_write(NULL, NULL, 0, 0) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_announce(NULL, NULL, 0) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_live_readers(NULL, &len) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_readers_of(NULL, "trades", &len) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_max_frame_len(NULL, &len) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_close(NULL) == MYC_OK);

    CHECK(myc_writer_create(path, 4096, &writer) == MYC_OK);
    CHECK(myc_writer_reserve(writer, SIZE_MAX, 0, &place) == MYC_ERR_TOO_LONG && place == NULL);
    CHECK(myc_writer_reserve(writer, 8, 0, NULL) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_write(writer, NULL, 8, 0) == MYC_ERR_ARGUMENT);
    CHECK(myc_writer_write(writer, (const uint8_t *)path, SIZE_MAX, 0) == MYC_ERR_ARGUMENT);
    myc_writer *second = NULL;
    CHECK(myc_writer_create(path, 4096, &second) == MYC_ERR_BUSY && second == NULL);
    CHECK(myc_writer_close(writer) == MYC_OK);
}

static void check_topology(const char *path) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fputs("[[nodes]]\nname = \"engine\"\nservices = [\"execution\"]\n"
          "[[nodes]]\nname = \"ml\"\nservices = [\"strategy\"]\n"
          "endpoint.kind = \"shm\"\nendpoint.path = \"rings\"\n",
          file);
    CHECK(fclose(file) == 0);
    char *routes = NULL;
    CHECK(myc_topology_routes(path, "strategy", &routes) == MYC_OK);
    CHECK(strncmp(routes, "link=read_ring\tnode=ml\tservice=strategy\tkind=shm\tpath=", 50) == 0);
    CHECK(strstr(routes, "rings/engine.ring\tpeer=engine\n") != NULL);
    myc_free(routes);
    routes = NULL;
    CHECK(myc_topology_routes(path, "strategi", &routes) == MYC_ERR_TOPOLOGY && routes == NULL);
    CHECK(strstr(myc_last_error(), "strategy") != NULL);
    CHECK(myc_topology_routes(NULL, "strategy", &routes) == MYC_ERR_ARGUMENT);
    CHECK(myc_topology_routes(path, NULL, &routes) == MYC_ERR_ARGUMENT);
    CHECK(myc_topology_routes(path, "strategy", NULL) == MYC_ERR_ARGUMENT);
    myc_free(NULL);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    CHECK(myc_abi_version() == MYC_ABI_VERSION);
    CHECK(myc_last_error() != NULL && myc_last_error()[0] == '\0');
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/c.ring", argv[1]) < sizeof path);
    check_frames(path);
    check_failures(path);
    CHECK((size_t)snprintf(path, sizeof path, "%s/topology.toml", argv[1]) < sizeof path);
    check_topology(path);
    return 0;
}
