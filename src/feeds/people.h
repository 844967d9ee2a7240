/* Who is who: one record per person, put together from several files.
 *
 * The gsis id is the anchor; a row without one is found by its Sleeper or ESPN id. Names never
 * join two records. An id belongs to the first record that claims it. */
#ifndef ASTRALFIELD_FEEDS_PEOPLE_H
#define ASTRALFIELD_FEEDS_PEOPLE_H

#include "feeds/season_data.h"

enum id_source {
#define ID_SOURCE(name, key, columns) ID_##name,
#include "feeds/id_source.def"
#undef ID_SOURCE
    ID_SOURCE_COUNT
};

/* What one row says about a person; ptr NULL and BATCH_NO_NUMBER for what it does not say. */
struct person_facts {
    struct slice name, first_name, last_name;
    struct slice position; /* as the source spells it */
    struct slice team;     /* a club's code in any source's spelling */
    struct slice birth_date, college;
    int64_t height, weight, jersey, rookie_season, draft_season, draft_round, draft_overall;
    struct slice ids[ID_SOURCE_COUNT];
};

/* Facts of which nothing is said. */
struct person_facts person_facts_none(void);

/* Adds what a row says; text is copied. `label` is how a report names the row. */
void people_add(struct season_data *data, const struct person_facts *facts, enum people_role role);

/* Our position for a source's: QB … DB, OL, P, LS, UNK. */
struct slice people_position(struct slice code);

#endif
