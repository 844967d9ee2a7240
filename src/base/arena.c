#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(ptr, size) __asan_poison_memory_region((ptr), (size))
#define UNPOISON(ptr, size) __asan_unpoison_memory_region((ptr), (size))
#else
#define POISON(ptr, size) ((void)(ptr), (void)(size))
#define UNPOISON(ptr, size) ((void)(ptr), (void)(size))
#endif

enum { BLOCK_BYTES = 8192, ALIGN = alignof(max_align_t) };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct arena_duty {
    struct arena_duty *next;
    void (*release)(void *);
    void *thing;
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){ 0 };
}

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = malloc(sizeof(*block) + size);
    CHECK(block != NULL);
    *block = (struct arena_block){ .size = size };
    POISON(block->bytes, size);
    return block;
}

static void block_free(struct arena_block *block)
{
    UNPOISON(block->bytes, block->size);
    free(block);
}

void arena_reset(struct arena *arena)
{
    for (struct arena_duty *duty = arena->duties; duty != NULL; duty = duty->next) {
        duty->release(duty->thing);
        arena->duties_done++;
    }
    arena->duties = NULL;
    arena->bytes = 0;
    struct arena_block *kept = NULL;
    for (struct arena_block *block = arena->blocks, *next = NULL; block != NULL; block = next) {
        next = block->next;
        if (kept == NULL && block->size == BLOCK_BYTES) {
            kept = block;
        } else {
            block_free(block);
        }
    }
    if (kept != NULL) {
        kept->next = NULL;
        kept->used = 0;
        POISON(kept->bytes, kept->size);
    }
    arena->blocks = kept;
}

void arena_done(struct arena *arena)
{
    arena_reset(arena);
    if (arena->blocks != NULL) {
        block_free(arena->blocks);
        arena->blocks = NULL;
    }
}

void *arena_alloc(struct arena *arena, size_t size)
{
    CHECK(size <= SIZE_MAX / 2);
    size_t rounded = (size + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded) {
        block = block_new(rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES);
        if (arena->blocks != NULL && rounded > BLOCK_BYTES) {
            /* A large thing gets its own block behind the one being filled. */
            block->next = arena->blocks->next;
            arena->blocks->next = block;
        } else {
            block->next = arena->blocks;
            arena->blocks = block;
        }
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    arena->bytes += rounded;
    UNPOISON(memory, size);
    return memset(memory, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    CHECK(size == 0 || count <= SIZE_MAX / 2 / size);
    return arena_alloc(arena, count * size);
}

void arena_defer(struct arena *arena, void (*release)(void *), void *thing)
{
    struct arena_duty *duty = ARENA_NEW(arena, struct arena_duty);
    *duty = (struct arena_duty){ .next = arena->duties, .release = release, .thing = thing };
    arena->duties = duty;
}

struct slice arena_copy(struct arena *arena, struct slice text)
{
    char *copy = arena_alloc(arena, text.len + 1);
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return (struct slice){ .ptr = copy, .len = text.len };
}

const char *arena_cstr(struct arena *arena, struct slice text)
{
    return arena_copy(arena, text).ptr;
}

struct slice arena_vformat(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return (struct slice){ .ptr = text, .len = (size_t)len };
}

struct slice arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct slice text = arena_vformat(arena, format, args);
    va_end(args);
    return text;
}

void buffer_init(struct buffer *buffer, struct arena *arena)
{
    *buffer = (struct buffer){ .arena = arena };
}

static void buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->cap - buffer->len >= more) {
        return;
    }
    size_t cap = buffer->cap == 0 ? 256 : buffer->cap * 2;
    while (cap - buffer->len < more) {
        cap *= 2;
    }
    char *grown = arena_alloc(buffer->arena, cap);
    if (buffer->len > 0) {
        memcpy(grown, buffer->ptr, buffer->len);
    }
    buffer->ptr = grown;
    buffer->cap = cap;
}

void buffer_add(struct buffer *buffer, struct slice text)
{
    if (text.len == 0) {
        return;
    }
    buffer_reserve(buffer, text.len);
    memcpy(buffer->ptr + buffer->len, text.ptr, text.len);
    buffer->len += text.len;
}

void buffer_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, (struct slice){ .ptr = &byte, .len = 1 });
}

void buffer_escaped(struct buffer *buffer, struct slice text, struct slice which)
{
    static const struct {
        char byte;
        struct slice entity;
    } entities[] = { { '&', S_INIT("&amp;") },
                     { '<', S_INIT("&lt;") },
                     { '>', S_INIT("&gt;") },
                     { '"', S_INIT("&quot;") } };
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        size_t found = 0;
        while (found < ARRAY_LEN(entities) && entities[found].byte != byte) {
            found++;
        }
        if (found < ARRAY_LEN(entities) && slice_find(which, byte, 0) < which.len) {
            buffer_add(buffer, entities[found].entity);
        } else {
            buffer_byte(buffer, byte);
        }
    }
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(len >= 0);
    buffer_reserve(buffer, (size_t)len + 1);
    vsnprintf(buffer->ptr + buffer->len, (size_t)len + 1, format, args);
    buffer->len += (size_t)len;
    va_end(args);
}
