/* What `astralfield up` knows and the servers do not: whether the second place is there and which
 * backups lie on the disk. It writes that down (table ops_facts, backups), and hears from there when
 * somebody asks for a backup. On a connection of its own whose commits wait for nobody. */
#ifndef ASTRALFIELD_CLI_UP_FACTS_H
#define ASTRALFIELD_CLI_UP_FACTS_H

#include <libpq-fe.h>

#include "base/time.h"
#include "ops/config.h"
#include "ops/embedded.h"

enum second_place { SECOND_NONE, SECOND_THERE, SECOND_LOST };

struct up_facts {
    const char *url;
    const char *base, *copy_base; /* folders of backups; copy_base NULL: none */
    PGconn *pg;                   /* NULL until PostgreSQL answers */
    struct mono beat_at, list_at, ask_at, keep_at;
    enum second_place second; /* as it was written last */
    bool is_second_written;
    bool has_failed; /* and that was told */
    char job[24];    /* the wish being carried out; "" = none */
};

struct up_facts up_facts_of(const struct embedded *embedded, const struct config *settings,
                            struct arena *arena);

/* Writes what is due; gives true when a backup was asked for, whose end up_facts_ended then tells.
 * `is_free`: one could be made now. */
bool up_facts_tend(struct up_facts *facts, enum second_place second, bool is_free);

/* The drill that is due ("restore", "full", "chaos"), or NULL; the text lives in the arena. */
const char *up_facts_drill(struct up_facts *facts, const struct config *settings,
                           struct arena *arena);

/* The backup that was asked for ended; empty: well. And the disk has changed. */
void up_facts_ended(struct up_facts *facts, struct slice why);

void up_facts_stop(struct up_facts *facts);

#endif
