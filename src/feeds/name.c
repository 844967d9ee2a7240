#include "feeds/name.h"

#include "base/check.h"

enum { NAME_BYTES_MAX = 100 };

/* U+00C0 … U+017F without their accents, lower case; '-' falls out. Ligatures lose their second
 * letter's twin ("æ" gives "a"), which no source's spelling of a player's name turns on. */
static const char latin[] = "aaaaaaaceeeeiiii"
                            "dnooooo-ouuuuyts"
                            "aaaaaaaceeeeiiii"
                            "dnooooo-ouuuuyty"
                            "aaaaaaccccccccdd"
                            "ddeeeeeeeeeegggg"
                            "gggghhhhiiiiiiii"
                            "iiiijjkkklllllll"
                            "lllnnnnnnnnnoooo"
                            "oooorrrrrrssssss"
                            "ssttttttuuuuuuuu"
                            "uuuuwwyyyzzzzzzs";
_Static_assert(sizeof(latin) == 0x180 - 0xC0 + 1, "one letter for each code point");

/* The next code point of well-formed UTF-8. */
static uint32_t next_code_point(struct slice *rest)
{
    unsigned char first = (unsigned char)rest->ptr[0];
    size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t code = len == 1 ? first : first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        code = code << 6 | ((unsigned char)rest->ptr[i] & 0x3Fu);
    }
    *rest = slice_from_to(*rest, len, rest->len);
    return code;
}

/* A lower-case letter or digit, ' ' for what parts words, 0 for what falls out. */
static char folded(uint32_t code)
{
    if (code >= 'A' && code <= 'Z') {
        return (char)(code + 32);
    }
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) {
        return (char)code;
    }
    if (code >= 0xC0 && code < 0x180) {
        return latin[code - 0xC0] == '-' ? 0 : latin[code - 0xC0];
    }
    bool parts = code == ' ' || code == '\t' || code == '-' || code == '/' || code == '_' ||
                 code == 0xA0 || code == 0x2010 || code == 0x2011 || code == 0x2013;
    return parts ? ' ' : 0;
}

struct slice name_search(struct arena *arena, struct slice name)
{
    CHECK(slice_is_utf8(name));
    struct buffer out;
    buffer_init(&out, arena);
    struct slice rest = name;
    bool wants_blank = false;
    while (rest.len > 0 && out.len < NAME_BYTES_MAX - 1) {
        char letter = folded(next_code_point(&rest));
        if (letter == ' ') {
            wants_blank = out.len > 0;
        } else if (letter != 0) {
            if (wants_blank) {
                buffer_byte(&out, ' ');
                wants_blank = false;
            }
            buffer_byte(&out, letter);
        }
    }
    return out.len > 0 ? buffer_slice(&out) : S("unknown");
}

struct slice name_key(struct arena *arena, struct slice name)
{
    static const struct slice suffixes[] = { S_INIT(" jr"),  S_INIT(" sr"), S_INIT(" ii"),
                                             S_INIT(" iii"), S_INIT(" iv"), S_INIT(" v") };
    struct slice text = name_search(arena, name);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (slice_ends(text, suffixes[i])) {
            text = slice_from_to(text, 0, text.len - suffixes[i].len);
            break;
        }
    }
    struct buffer out;
    buffer_init(&out, arena);
    while (text.ptr != NULL) {
        buffer_add(&out, slice_cut(&text, ' '));
    }
    return buffer_slice(&out);
}
