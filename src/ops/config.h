/* What can be set, read from the environment and from <data>/astralfield.conf.
 *
 * Rows are in params.def. The environment wins over the file, the file over the default; an option of
 * the command line wins over all (config_set). An empty value means: as if it were not there. */
#ifndef ASTRALFIELD_OPS_CONFIG_H
#define ASTRALFIELD_OPS_CONFIG_H

#include "base/faults.h"

enum config_type { CONFIG_INT, CONFIG_TEXT, CONFIG_SECRET, CONFIG_SWITCH, CONFIG_CHOICE };

enum config_source {
    CONFIG_FROM_DEFAULT,
    CONFIG_FROM_FILE,
    CONFIG_FROM_ENVIRONMENT,
    CONFIG_FROM_OPTION
};

enum config_id {
#define PARAM(type, field, name, fallback, min, max, unit, meaning) CONFIG_ID_##field,
#include "ops/params.def"
#undef PARAM
    CONFIG_COUNT
};

struct config_info {
    enum config_type type;
    const char *name; /* "PORT": in the environment and in the file */
    const char *fallback;
    int64_t min, max; /* INT: bounds; TEXT, SECRET: bytes */
    const char *unit; /* CHOICE: its words, "open|invite|closed" */
    const char *meaning;
};

enum { REGISTRATION_OPEN, REGISTRATION_INVITE, REGISTRATION_CLOSED };

#define CONFIG_C_TYPE_INT int64_t
#define CONFIG_C_TYPE_TEXT const char *
#define CONFIG_C_TYPE_SECRET const char *
#define CONFIG_C_TYPE_SWITCH bool
#define CONFIG_C_TYPE_CHOICE int

/* Text is never NULL and lives in the arena it was read into. */
struct config {
#define PARAM(type, field, name, fallback, min, max, unit, meaning) CONFIG_C_TYPE_##type field;
#include "ops/params.def"
#undef PARAM
    enum config_source sources[CONFIG_COUNT];
};

const struct config_info *config_info(enum config_id id);

/* Reads everything. `data` is the data directory (the file need not be there). E_INVALID: the faults
 * name each wrong value, unknown name and unreadable line with where it stands. */
MUST_CHECK enum error config_read(const char *data, struct faults *faults,
                                  struct config *ret_settings);

/* Sets one value; adds a fault and changes nothing when it is not acceptable. */
void config_set(struct config *settings, enum config_id id, struct slice value,
                enum config_source source, struct faults *faults);

/* The value as it would be written in the file; a secret that is set is "********". */
struct slice config_print(const struct config *settings, enum config_id id, struct arena *arena);

/* The same with secrets as they are. */
struct slice config_reveal(const struct config *settings, enum config_id id, struct arena *arena);

/* CONFIG_COUNT when there is none of that name. */
enum config_id config_find(struct slice name);

/* "default", "file", "environment", "option". */
const char *config_source_name(enum config_source source);

#endif
