#include "ops/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"

enum { FILE_BYTES_MAX = 65536 };

static const struct config_info infos[CONFIG_COUNT] = {
#define PARAM(type_, field, name_, fallback_, min_, max_, unit_, meaning_)                         \
    [CONFIG_ID_##field] = { .type = CONFIG_##type_,                                                \
                            .name = name_,                                                         \
                            .fallback = fallback_,                                                 \
                            .min = min_,                                                           \
                            .max = max_,                                                           \
                            .unit = unit_,                                                         \
                            .meaning = meaning_ },
#include "ops/params.def"
#undef PARAM
};

static const size_t offsets[CONFIG_COUNT] = {
#define PARAM(type, field, name, fallback, min, max, unit, meaning)                                \
    [CONFIG_ID_##field] = offsetof(struct config, field),
#include "ops/params.def"
#undef PARAM
};

const struct config_info *config_info(enum config_id id)
{
    CHECK(id < CONFIG_COUNT);
    return &infos[id];
}

const char *config_source_name(enum config_source source)
{
    static const char *const names[] = { "default", "file", "environment", "option" };
    return names[source];
}

/* ---- values ---- */

static void *place(struct config *settings, enum config_id id)
{
    return (char *)settings + offsets[id];
}

static struct slice word_at(struct slice words, int at)
{
    for (; at > 0; at--) {
        slice_cut(&words, '|');
    }
    return slice_cut(&words, '|');
}

static bool set_int(int64_t *field, const struct config_info *info, struct slice value,
                    struct slice *ret_why, struct arena *arena)
{
    int64_t number = 0;
    if (slice_to_int(value, &number) != OK || number < info->min || number > info->max) {
        *ret_why = arena_format(arena, "must be a whole number from %" PRId64 " to %" PRId64,
                                info->min, info->max);
        return false;
    }
    *field = number;
    return true;
}

static bool set_text(const char **field, const struct config_info *info, struct slice value,
                     struct slice *ret_why, struct arena *arena)
{
    if (value.len < (size_t)info->min || value.len > (size_t)info->max || !slice_is_utf8(value)) {
        *ret_why = arena_format(arena, "must be text of %" PRId64 " to %" PRId64 " bytes",
                                info->min, info->max);
        return false;
    }
    *field = arena_cstr(arena, value);
    return true;
}

static bool set_switch(bool *field, struct slice value, struct slice *ret_why)
{
    static const char *const words[] = { "off", "on", "false", "true", "0", "1", "no", "yes" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (slice_eq_nocase(value, slice_from(words[i]))) {
            *field = i % 2 == 1;
            return true;
        }
    }
    *ret_why = S("must be on or off");
    return false;
}

static bool set_choice(int *field, const struct config_info *info, struct slice value,
                       struct slice *ret_why, struct arena *arena)
{
    for (int i = 0; i <= info->max; i++) {
        if (slice_eq(value, word_at(slice_from(info->unit), i))) {
            *field = i;
            return true;
        }
    }
    *ret_why = arena_format(arena, "must be one of %s", info->unit);
    return false;
}

static bool set(struct config *settings, enum config_id id, struct slice value,
                struct slice *ret_why, struct arena *arena)
{
    const struct config_info *info = &infos[id];
    switch (info->type) {
    case CONFIG_INT:
        return set_int(place(settings, id), info, value, ret_why, arena);
    case CONFIG_TEXT:
    case CONFIG_SECRET:
        return set_text(place(settings, id), info, value, ret_why, arena);
    case CONFIG_SWITCH:
        return set_switch(place(settings, id), value, ret_why);
    case CONFIG_CHOICE:
        return set_choice(place(settings, id), info, value, ret_why, arena);
    }
    CHECK(false);
    return false;
}

/* `where` says where a wrong value stands: "environment", "var/astralfield.conf line 3". */
static void set_from(struct config *settings, enum config_id id, struct slice value,
                     struct slice where, struct faults *faults)
{
    struct slice why = S("");
    if (!set(settings, id, value, &why, faults->arena)) {
        bool is_secret = infos[id].type == CONFIG_SECRET;
        fault_add(faults, slice_from(infos[id].name), "%.*s, not \"%.*s\" (%.*s)", FMT(why),
                  FMT(is_secret ? S("…") : value), FMT(where));
    }
}

void config_set(struct config *settings, enum config_id id, struct slice value,
                enum config_source source, struct faults *faults)
{
    size_t before = faults->count;
    set_from(settings, id, value, slice_from(config_source_name(source)), faults);
    if (faults->count == before) {
        settings->sources[id] = source;
    }
}

struct slice config_print(const struct config *settings, enum config_id id, struct arena *arena)
{
    const void *field = (const char *)settings + offsets[id];
    switch (infos[id].type) {
    case CONFIG_INT:
        return arena_format(arena, "%" PRId64, *(const int64_t *)field);
    case CONFIG_TEXT:
        return slice_from(*(const char *const *)field);
    case CONFIG_SECRET:
        return slice_from(**(const char *const *)field == '\0' ? "" : "********");
    case CONFIG_SWITCH:
        return slice_from(*(const bool *)field ? "on" : "off");
    case CONFIG_CHOICE:
        return word_at(slice_from(infos[id].unit), *(const int *)field);
    }
    CHECK(false);
    return S("");
}

struct slice config_reveal(const struct config *settings, enum config_id id, struct arena *arena)
{
    const void *field = (const char *)settings + offsets[id];
    return infos[id].type == CONFIG_SECRET ? slice_from(*(const char *const *)field)
                                           : config_print(settings, id, arena);
}

/* ---- the file ---- */

static enum error read_file(const char *path, struct faults *faults, struct slice *ret_text)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *ret_text = S("");
        return errno == ENOENT
                   ? OK
                   : refuse(faults, E_FILE, "cannot read %s: %s", path, strerror(errno));
    }
    char *bytes = arena_alloc(faults->arena, FILE_BYTES_MAX + 1);
    size_t len = 0;
    ssize_t got = 0;
    do {
        got = read(fd, bytes + len, FILE_BYTES_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0 && len <= FILE_BYTES_MAX);
    close(fd);
    if (got < 0 || len > FILE_BYTES_MAX) {
        return refuse(faults, E_FILE, "cannot read %s: it is a folder, or longer than %d bytes",
                      path, FILE_BYTES_MAX);
    }
    *ret_text = (struct slice){ .ptr = bytes, .len = len };
    return OK;
}

enum config_id config_find(struct slice name)
{
    size_t id = 0;
    while (id < CONFIG_COUNT && !slice_eq(name, slice_from(infos[id].name))) {
        id++;
    }
    return (enum config_id)id;
}

static void read_line(struct config *settings, struct slice line, struct slice where,
                      struct faults *faults)
{
    line = slice_trim(line);
    if (line.len == 0 || line.ptr[0] == '#') {
        return;
    }
    struct slice value = line;
    struct slice name = slice_trim(slice_cut(&value, '='));
    if (value.ptr == NULL) {
        fault_add(faults, where, "a line is NAME=value, or begins with #");
        return;
    }
    enum config_id id = config_find(name);
    if (id == CONFIG_COUNT) {
        fault_add(faults, where, "there is no setting %.*s; `astralfield config` lists them",
                  FMT(name));
        return;
    }
    value = slice_trim(value);
    if (value.len > 0) {
        settings->sources[id] = CONFIG_FROM_FILE;
        set_from(settings, id, value, where, faults);
    }
}

/* ---- all together ---- */

enum error config_read(const char *data, struct faults *faults, struct config *ret_settings)
{
    struct arena *arena = faults->arena;
    struct config settings = { 0 };
    struct slice text = S("");
    const char *path = arena_format(arena, "%s/astralfield.conf", data).ptr;
    size_t before = faults->count;
    for (size_t id = 0; id < CONFIG_COUNT; id++) {
        struct slice why = S("");
        CHECK(set(&settings, (enum config_id)id, slice_from(infos[id].fallback), &why, arena));
    }
    TRY(read_file(path, faults, &text));
    for (int number = 1; text.ptr != NULL; number++) {
        struct slice line = slice_cut(&text, '\n');
        read_line(&settings, line, arena_format(arena, "%s line %d", path, number), faults);
    }
    for (size_t id = 0; id < CONFIG_COUNT; id++) {
        struct slice value = slice_from(getenv(infos[id].name));
        if (value.len > 0) {
            config_set(&settings, (enum config_id)id, value, CONFIG_FROM_ENVIRONMENT, faults);
        }
    }
    if (faults->count > before) {
        return refuse(faults, E_INVALID, "some settings are not acceptable");
    }
    *ret_settings = settings;
    return OK;
}
