/* Leagues in memory: a table of documents stands for the platform. Included by one test each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "imports/source.h"

enum { RIG_DOCUMENTS_MAX = 64 };

struct rig_document {
    const char *path; /* without .json */
    const char *text; /* NULL: not there */
};

struct rig {
    struct arena arena;
    struct faults faults;
    struct import_source source;
    struct import_model model;
    struct rig_document documents[RIG_DOCUMENTS_MAX]; /* the later ones replace the earlier */
    size_t count;
};

static inline bool rig_find(void *thing, struct slice path, struct slice *ret_bytes)
{
    const struct rig *rig = thing;
    for (size_t i = rig->count; i > 0; i--) {
        const struct rig_document *document = &rig->documents[i - 1];
        char name[256];
        snprintf(name, sizeof(name), "%s.json", document->path);
        if (slice_eq(path, slice_from(name))) {
            *ret_bytes = slice_from(document->text);
            return document->text != NULL;
        }
    }
    return false;
}

static inline void rig_put(struct rig *rig, const char *path, const char *text)
{
    assert_true(rig->count < RIG_DOCUMENTS_MAX);
    rig->documents[rig->count++] = (struct rig_document){ .path = path, .text = text };
}

/* The same text with one part replaced, which must be there. */
static inline const char *rig_with(struct rig *rig, const char *text, const char *part,
                                   const char *other)
{
    const char *at = strstr(text, part);
    assert_non_null(at);
    return arena_format(&rig->arena, "%.*s%s%s", (int)(at - text), text, other, at + strlen(part))
        .ptr;
}

static inline int rig_set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof(*rig));
    CHECK(rig != NULL);
    rig->faults.arena = &rig->arena;
    rig->source = (struct import_source){
        .arena = &rig->arena, .faults = &rig->faults, .memory = rig_find, .thing = rig
    };
    *state = rig;
    return 0;
}

static inline int rig_tear_down(void **state)
{
    struct rig *rig = *state;
    arena_done(&rig->arena);
    free(rig);
    return 0;
}

static inline void rig_check(const struct rig *rig, enum error error)
{
    if (error != OK) {
        fail_msg("%s: %.*s", error_info(error)->name, FMT(rig->faults.detail));
    }
}

/* Nothing was read, and the reason names the place. */
static inline void rig_check_refused(const struct rig *rig, enum error error, const char *words)
{
    assert_int_not_equal(error, OK);
    assert_int_equal(rig->model.count, 0);
    char detail[2048];
    snprintf(detail, sizeof(detail), "%.*s", FMT(rig->faults.detail));
    if (strstr(detail, words) == NULL) {
        fail_msg("expected \"%s\" in: %s", words, detail);
    }
}

/* The adjustment about `what`, or NULL. */
static inline const struct import_adjustment *rig_note(const struct import_season *season,
                                                       const char *what)
{
    for (size_t i = 0; i < season->adjustments.count; i++) {
        if (slice_eq(season->adjustments.at[i].what, slice_from(what))) {
            return &season->adjustments.at[i];
        }
    }
    return NULL;
}

#define assert_slice(slice, text) assert_true(slice_eq((slice), S(text)))
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
