#include "feeds/adp.h"

#include <jansson.h>

enum { ADP_ENTRIES_MAX = 5000, ADP_NAME_BYTES_MAX = 400 };

static void document_release(void *document)
{
    json_decref(document);
}

static struct slice text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value)
               ? (struct slice){ .ptr = json_string_value(value), .len = json_string_length(value) }
               : (struct slice){ .ptr = NULL, .len = 0 };
}

/* Hundredths, or -1 when the member is no number from 0 to 9999. */
static int64_t hundredths_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double number = json_is_number(value) ? json_number_value(value) : -1;
    return number >= 0 && number <= 9999 ? (int64_t)(number * 100 + 0.5) : -1;
}

static enum error read_entry(struct slice file, size_t index, const json_t *player,
                             struct faults *faults, struct adp_entry *ret_entry)
{
    struct adp_entry entry = { .name = text_of(player, "name"),
                               .position = text_of(player, "position"),
                               .team = text_of(player, "team"),
                               .adp = hundredths_of(player, "adp"),
                               .stdev = hundredths_of(player, "stdev") };
    if (entry.name.len == 0 || entry.name.len > ADP_NAME_BYTES_MAX || entry.position.len == 0 ||
        entry.adp <= 0) {
        return refuse(faults, E_FEED,
                      "%.*s players[%zu]: needs a name, a position and an adp from 0.01 to 9999",
                      FMT(file), index);
    }
    *ret_entry = entry;
    return OK;
}

enum error adp_read(struct arena *arena, struct slice file, struct slice bytes,
                    struct faults *faults, struct adp_list *ret_list)
{
    json_error_t where = { 0 };
    json_t *document = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, &where);
    if (document == NULL) {
        /* Jansson quotes the text there, and may cut it inside a letter. */
        bool is_text = slice_is_utf8(slice_from(where.text));
        return refuse(faults, E_FEED, "%.*s line %d column %d: %s", FMT(file), where.line,
                      where.column, is_text ? where.text : "is not JSON");
    }
    arena_defer(arena, document_release, document);
    const json_t *players = json_object_get(document, "players");
    if (!json_is_array(players) || json_array_size(players) > ADP_ENTRIES_MAX) {
        return refuse(faults, E_FEED, "%.*s: has no list \"players\" of at most %d", FMT(file),
                      ADP_ENTRIES_MAX);
    }
    struct adp_list list = { .season = json_integer_value(json_object_get(document, "season")),
                             .count = json_array_size(players) };
    list.entries = ARENA_ARRAY(arena, list.count + 1, struct adp_entry);
    for (size_t i = 0; i < list.count; i++) {
        TRY(read_entry(file, i, json_array_get(players, i), faults, &list.entries[i]));
    }
    *ret_list = list;
    return OK;
}
