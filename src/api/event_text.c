/* What happened, in words. Apart from events.c: a sentence is filled from the payload with jansson. */
#include <inttypes.h>
#include <jansson.h>

#include "api/event_text.h"

/* A sentence with {team}, {actor}, {week}, and members of the payload by their path. */
static const struct {
    struct slice kind;
    struct slice sentence;
} sentences[] = {
#define SENTENCE(kind_, sentence_) { .kind = S_INIT(kind_), .sentence = S_INIT(sentence_) },
#include "api/event_text.def"
#undef SENTENCE
};

enum { PATH_STEPS_MAX = 4 };

static json_t *member(json_t *object, struct slice path)
{
    json_t *value = object;
    for (int step = 0; path.ptr != NULL && step < PATH_STEPS_MAX; step++) {
        struct slice name = slice_cut(&path, '.');
        value = json_object_getn(value, name.ptr, name.len);
    }
    return value;
}

static void add_value(struct buffer *text, json_t *value)
{
    if (json_is_string(value)) {
        buffer_add(text, (struct slice){ json_string_value(value), json_string_length(value) });
    } else if (json_is_integer(value)) {
        buffer_format(text, "%" PRId64, (int64_t)json_integer_value(value));
    } else if (json_is_real(value)) {
        buffer_format(text, "%.2f", json_real_value(value));
    } else {
        buffer_add(text, S("?"));
    }
}

static void add_word(struct buffer *text, struct slice name, const struct event_facts *facts,
                     json_t *payload)
{
    if (slice_eq(name, S("team"))) {
        buffer_add(text, facts->team.len > 0 ? facts->team : S("A team"));
    } else if (slice_eq(name, S("actor"))) {
        buffer_add(text, facts->actor.len > 0 ? facts->actor : S("AstralField"));
    } else if (slice_eq(name, S("week"))) {
        buffer_format(text, "%" PRId64, facts->week);
    } else {
        add_value(text, member(payload, name));
    }
}

struct slice event_text(struct arena *arena, const struct event_facts *facts)
{
    struct slice rest = facts->kind;
    for (size_t i = 0; i < ARRAY_LEN(sentences); i++) {
        if (slice_eq(sentences[i].kind, facts->kind)) {
            rest = sentences[i].sentence;
        }
    }
    struct buffer text;
    buffer_init(&text, arena);
    json_t *payload = json_loadb(facts->payload.ptr, facts->payload.len, 0, NULL);
    while (rest.ptr != NULL) {
        buffer_add(&text, slice_cut(&rest, '{'));
        if (rest.ptr != NULL) {
            add_word(&text, slice_cut(&rest, '}'), facts, payload);
        }
    }
    json_decref(payload);
    return buffer_slice(&text);
}
