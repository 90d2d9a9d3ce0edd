/* What the C tests share. */
#include "mycelium.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program, and says where, unless the condition holds. */
#define CHECK(condition)                                                                              \
    do {                                                                                              \
        if (!(condition)) {                                                                           \
            fprintf(stderr, "line %d: %s; last error: %s\n", __LINE__, #condition, myc_last_error()); \
            exit(1);                                                                                  \
        }                                                                                             \
    } while (0)

/* In nanoseconds; longer than anything here takes. */
static const int64_t LONG = INT64_C(20000000000);

/* Two nodes, of which one writes into the other's folder of rings. */
static inline void write_topology(const char *path, const char *folder) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fprintf(file, "[[nodes]]\nname = \"writer\"\nservices = [\"writer\"]\n\n"
                        "[[nodes]]\nname = \"reader\"\nservices = [\"reader\"]\nendpoint.kind = \"shm\"\n"
                        "endpoint.path = \"%s/rings\"\nendpoint.capacity = 65536\n", folder) > 0);
    CHECK(fclose(file) == 0);
}
