#include "rules/position.h"

#include "base/check.h"

static const struct {
    struct slice key;
    struct slice words;
} positions[] = {
#define POSITION(name, key_, words_) { .key = S_INIT(key_), .words = S_INIT(words_) },
#include "rules/position.def"
#undef POSITION
};

_Static_assert(ARRAY_LEN(positions) == POSITION_COUNT, "one row per position");
_Static_assert(POSITION_COUNT <= 16, "position_mask has 16 bits");

struct slice position_key(enum position position)
{
    CHECK(position < POSITION_COUNT);
    return positions[position].key;
}

/* Whether `word` stands in `words`, in which every word has a blank on both sides. */
static bool holds_word(struct slice words, struct slice word)
{
    for (size_t at = 1; at + word.len < words.len; at++) {
        if (words.ptr[at - 1] == ' ' && words.ptr[at + word.len] == ' ' &&
            slice_eq(slice_from_to(words, at, at + word.len), word)) {
            return true;
        }
    }
    return false;
}

enum position position_from(struct slice code)
{
    if (code.len == 0 || memchr(code.ptr, ' ', code.len) != NULL) {
        return POSITION_UNKNOWN;
    }
    for (size_t i = 0; i < POSITION_COUNT; i++) {
        if (holds_word(positions[i].words, code)) {
            return (enum position)i;
        }
    }
    return POSITION_UNKNOWN;
}
