#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

static void (*listener)(const char *expression, const char *file, int line);

void check_on_failure(void (*hear)(const char *expression, const char *file, int line))
{
    listener = hear;
}

_Noreturn void check_failed(const char *expression, const char *file, int line)
{
    fprintf(stderr, "level=fatal event=check_failed at=%s:%d expression=\"%s\"\n", file, line,
            expression);
    if (listener != NULL) {
        listener(expression, file, line);
    }
    abort();
}
