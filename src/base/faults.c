#include "base/faults.h"

enum { FAULTS_MAX = 100 };

enum error refuse(struct faults *faults, enum error error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    faults->error = error;
    faults->detail = arena_vformat(faults->arena, format, args);
    va_end(args);
    return error;
}

void fault_add(struct faults *faults, struct slice at, const char *format, ...)
{
    if (faults->count++ >= FAULTS_MAX) {
        return;
    }
    va_list args;
    va_start(args, format);
    struct fault *fault = ARENA_NEW(faults->arena, struct fault);
    *fault = (struct fault){ .at = arena_copy(faults->arena, at),
                             .message = arena_vformat(faults->arena, format, args) };
    va_end(args);
    if (faults->last == NULL) {
        faults->first = fault;
    } else {
        faults->last->next = fault;
    }
    faults->last = fault;
}
