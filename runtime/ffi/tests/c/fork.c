/* What mycelium.h promises about fork(); the argument is a folder to do it in. Exits with 0 if all is as
 * promised, else says where it is not. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_for(pid_t child) {
    CHECK(waitpid(child, NULL, 0) == child);
}

/* A child that closes its copies of the handles does not close the ring of its parent. */
static void check_child_closes(const char *path) {
    myc_writer *writer = NULL;
    CHECK(myc_writer_create(path, 4096, &writer) == MYC_OK);
    myc_reader *reader = NULL;
    CHECK(myc_reader_attach(path, MYC_START_FIRST, &reader) == MYC_OK);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        myc_reader_close(reader);
        myc_writer_close(writer);
        _exit(0);
    }
    wait_for(child);
    size_t live = 0;
    CHECK(myc_writer_live_readers(writer, &live) == MYC_OK && live == 1);
    CHECK(myc_writer_write(writer, (const uint8_t *)"still", 5, 0) == MYC_OK);
    const uint8_t *frame = NULL;
    size_t len = 0;
    CHECK(myc_reader_poll(reader, &frame, &len) == MYC_OK && len == 5);
    CHECK(myc_reader_poll(reader, &frame, &len) == MYC_NONE);
    myc_reader *late = NULL;
    CHECK(myc_reader_attach(path, MYC_START_FIRST, &late) == MYC_OK);
    CHECK(myc_reader_close(late) == MYC_OK && myc_reader_close(reader) == MYC_OK);
    CHECK(myc_writer_close(writer) == MYC_OK);
}

/* A killed reader is found dead although its child still has all its files open. */
static void check_reader_leaves_a_child(const char *path) {
    myc_writer *writer = NULL;
    CHECK(myc_writer_create(path, 4096, &writer) == MYC_OK);
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        myc_reader *reader = NULL;
        CHECK(myc_reader_attach(path, MYC_START_FIRST, &reader) == MYC_OK);
        pid_t grandchild = fork();
        CHECK(grandchild >= 0);
        if (grandchild > 0) {
            CHECK(write(ends[1], &grandchild, sizeof grandchild) == sizeof grandchild);
        }
        for (;;) {
            pause();
        }
    }
    pid_t grandchild = 0;
    CHECK(read(ends[0], &grandchild, sizeof grandchild) == sizeof grandchild);
    int outcome = MYC_OK;
    while (outcome == MYC_OK) {
        outcome = myc_writer_write(writer, (const uint8_t *)"0123456789", 10, 0);
    }
    CHECK(outcome == MYC_NONE);
    CHECK(kill(child, SIGKILL) == 0);
    CHECK(myc_writer_write(writer, (const uint8_t *)"0123456789", 10, LONG) == MYC_OK);
    wait_for(child);
    CHECK(kill(grandchild, SIGKILL) == 0);
    CHECK(myc_writer_close(writer) == MYC_OK);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    char path[4096];
    CHECK((size_t)snprintf(path, sizeof path, "%s/fork.ring", argv[1]) < sizeof path);
    check_child_closes(path);
    check_reader_leaves_a_child(path);
    return 0;
}
