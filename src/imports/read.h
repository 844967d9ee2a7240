/* What both readers share: documents of a source, and a season that grows while it is read. */
#ifndef ASTRALFIELD_IMPORTS_READ_H
#define ASTRALFIELD_IMPORTS_READ_H

#include "feeds/index.h"
#include "imports/json_walk.h"
#include "imports/source.h"

/* Opens the first document found under `path` ("sleeper/v1/league/1.json", plain or .gz) in a folder
 * of the source, or under `address` ("/league/1") behind an https place; into `keep` go the texts
 * that are read from it. E_FEED_MISSING when no place has it (without a fault), E_FEED when what was
 * found cannot be read. `path` begins with the platform's folder, which a place may name itself. */
struct wanted {
    struct slice path;
    struct slice address;
};
MUST_CHECK enum error source_open(struct import_source *source, struct arena *keep,
                                  struct wanted wanted, struct document *ret_document);

/* source_open for what may be absent: then OK, and *ret_is_there is false. */
MUST_CHECK enum error source_open_if(struct import_source *source, struct arena *keep,
                                     struct wanted wanted, struct document *ret_document,
                                     bool *ret_is_there);

/* Adds to a list of model.h: LIST_ADD(arena, team->roster, player); */
#define LIST_ADD(arena, list, ...)                                                                 \
    do {                                                                                           \
        if ((list).count == (list).room) {                                                         \
            (list).at =                                                                            \
                list_grow((arena), (list).at, (list).count, &(list).room, sizeof(*(list).at));     \
        }                                                                                          \
        (list).at[(list).count++] = (__VA_ARGS__);                                                 \
    } while (0)

void *list_grow(struct arena *arena, void *at, size_t count, size_t *room, size_t size);

/* How much of everything one season may have. */
enum {
    PLAYERS_MAX = 20000,
    MANAGERS_MAX = 200,
    PICKS_MAX = TEAMS_MAX * DRAFT_ROUNDS_MAX,
    MOVES_MAX = 5000, /* of one document */
    ITEMS_MAX = 200,  /* of one move */
    DRAFTS_MAX = 16,
    TEAM_PLAYERS_MAX = ROSTER_MAX * 2,
    WEEK_MATCHUPS_MAX = 400
};

struct reading {
    struct import_source *source;
    struct import_season *season;
    struct arena *arena; /* the model's */
    struct index players, teams, managers;
};

/* A reading of a new season. */
void reading_start(struct reading *reading, struct import_source *source, struct arena *arena,
                   enum import_platform platform);

/* The player with that id, added when he is new; his index. */
int player_index(struct reading *reading, struct slice source_id);

/* Adds a team or manager; the index of one, or IMPORT_NONE. */
int season_team_add(struct reading *reading, struct import_team team);
int team_index(const struct reading *reading, struct slice source_id);
int manager_add(struct reading *reading, struct import_manager manager);
int manager_index(const struct reading *reading, struct slice source_id);

/* The team of an id; a fault where there is none with it. */
int node_team(struct reading *reading, struct node node);

/* The team's week, or NULL. */
struct import_team_week *team_week_of(const struct import_season *season, int team, int week);

/* One line of the adjustments report. Texts are copied. */
void note(struct reading *reading, struct slice what, struct slice source, struct slice ours,
          struct slice why);
/* The same with a whole number as the platform's value. */
void note_int(struct reading *reading, struct slice what, int64_t source, struct slice ours,
              struct slice why);

/* Sets a setting; a value out of its range is brought to the nearest end, with a note. */
void setting_put(struct reading *reading, enum setting setting, struct slice what, int64_t value);

/* Lays a rule onto the season's; E_FEED when there are more than RULES_MAX. */
MUST_CHECK enum error rules_put(struct reading *reading, const struct rule *rules, size_t count);

/* Puts moves in the order of `at`; equals stay as they are. */
void moves_sort(struct import_season *season);

/* For seasons whose platform gives weekly games without a bracket: games of the playoff weeks become
 * rounds; between teams of the first `playoff_teams` of `seeds` (0 for none, by team) they are the
 * winners'. Gives the final and the third place their place, and the ranks that follow. */
void brackets_infer(struct import_season *season, const int *seeds, int playoff_teams);

/* Which game a team came from, where the platform does not say: its last in the round before. */
void brackets_link(struct import_season *season);

#endif
