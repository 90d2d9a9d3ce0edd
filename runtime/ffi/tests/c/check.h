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
