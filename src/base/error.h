/* The one list of what can go wrong.
 *
 * Functions that can fail return `enum error`; OK is zero. Each row of errors.def gives the
 * name, the HTTP status, the problem type (RFC 9457, relative to /problems/) and its title. */
#ifndef ASTRALFIELD_BASE_ERROR_H
#define ASTRALFIELD_BASE_ERROR_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define CLEANUP(done) __attribute__((cleanup(done)))

enum error {
    OK = 0,
#define ERROR(name, status, slug, title) name,
#include "base/errors.def"
#undef ERROR
    ERROR_COUNT
};

struct error_info {
    const char *name;  /* "E_ROSTER_FULL" */
    int status;        /* the HTTP status it answers with */
    const char *slug;  /* "roster-full": the last part of the problem type */
    const char *title; /* one short sentence, the same for every occurrence */
};

/* The row of an error; `error` must be a real error, not OK. */
const struct error_info *error_info(enum error error);

/* Whether operators wanted it so: maintenance and the like are answers, not failures. */
bool error_is_planned(enum error error);

/* Hands an error upward: TRY(tx_commit(&tx)); */
#define TRY(expression)                                                                            \
    do {                                                                                           \
        enum error try_error_ = (expression);                                                      \
        if (try_error_ != OK) {                                                                    \
            return try_error_;                                                                     \
        }                                                                                          \
    } while (0)

#endif
