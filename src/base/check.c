#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *expression, const char *file, int line)
{
    fprintf(stderr, "level=fatal event=check_failed at=%s:%d expression=\"%s\"\n", file, line,
            expression);
    abort();
}
