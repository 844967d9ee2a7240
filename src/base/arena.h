/* Memory that is let go all at once.
 *
 * Everything a request (or one step of a command) allocates comes from its arena; nothing is freed
 * by hand. Blocks are poisoned for ASan when the arena is reset. Running out of memory aborts. */
#ifndef ASTRALFIELD_BASE_ARENA_H
#define ASTRALFIELD_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/slice.h"

struct arena_block;
struct arena_duty;

struct arena {
    struct arena_block *blocks;
    struct arena_duty *duties;
    size_t bytes;       /* handed out since the last reset */
    size_t duties_done; /* for tests */
};

/* An empty arena: `struct arena arena = { 0 };` is one too. */
void arena_init(struct arena *arena);

/* Runs the deferred duties, newest first, and keeps one block for the next use. */
void arena_reset(struct arena *arena);

/* arena_reset, then gives everything back. Fits CLEANUP(arena_done). */
void arena_done(struct arena *arena);

/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed array; a product that overflows aborts (check counts from outside first). */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Calls release(thing) when the arena is reset: for foreign things such as a PGresult. */
void arena_defer(struct arena *arena, void (*release)(void *), void *thing);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* Copies; the copy is followed by a NUL, so copy.ptr is a C string too. */
struct slice arena_copy(struct arena *arena, struct slice text);
const char *arena_cstr(struct arena *arena, struct slice text);
struct slice arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct slice arena_vformat(struct arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Text that grows inside an arena. */
struct buffer {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t cap;
};

void buffer_init(struct buffer *buffer, struct arena *arena);
void buffer_add(struct buffer *buffer, struct slice text);
void buffer_byte(struct buffer *buffer, char byte);
/* Text for HTML and its kin: those of HTML_SPECIALS that `which` names become entities. */
#define HTML_SPECIALS S("&<>\"")
void buffer_escaped(struct buffer *buffer, struct slice text, struct slice which);
void buffer_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* What was written so far; valid until the next write. */
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){ .ptr = buffer->ptr, .len = buffer->len };
}

#endif
