/* Assertions for our own mistakes, on in production. A failed one prints where, and aborts: the
 * supervisor restarts the process, and nothing acknowledged is lost (see docs/tour.md). */
#ifndef ASTRALFIELD_BASE_CHECK_H
#define ASTRALFIELD_BASE_CHECK_H

#define CHECK(expression) ((expression) ? (void)0 : check_failed(#expression, __FILE__, __LINE__))

/* Prints and aborts. rules/ may call nothing else of the outside world. */
_Noreturn void check_failed(const char *expression, const char *file, int line);

/* Called by check_failed with the same words before it aborts; NULL = nobody. Before there are threads. */
void check_on_failure(void (*hear)(const char *expression, const char *file, int line));

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
