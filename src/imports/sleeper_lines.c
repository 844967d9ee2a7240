/* Sleeper's weekly statistics and its catalogue of players. */
#include "base/check.h"
#include "imports/sleeper.h"

enum { STATS_ENTRIES_MAX = 40000, STATS_OF_ONE_MAX = 2000 };

/* Sleeper's keys that only a player of one position has: what its scoring takes him for. */
static const struct {
    const char *key;
    enum position position;
} hints[] = {
    { "bonus_rec_rb", POSITION_RB }, { "bonus_rec_wr", POSITION_WR },
    { "bonus_rec_te", POSITION_TE }, { "bonus_fd_qb", POSITION_QB },
    { "bonus_fd_rb", POSITION_RB },  { "bonus_fd_wr", POSITION_WR },
    { "bonus_fd_te", POSITION_TE },
};

static enum position position_in(const struct node *entry, enum position position)
{
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (node_is(node_at(entry, hints[i].key))) {
            return hints[i].position;
        }
    }
    return position;
}

static void read_line(struct sleeper *sleeper, const struct index *stats, const struct node *entry,
                      struct import_line *line)
{
    line->line = ARENA_NEW(sleeper->reading.arena, struct stat_line);
    line->line->has_played = true;
    for (struct member m = member_first(entry, STATS_OF_ONE_MAX); m.is_there;
         m = member_next(entry, m)) {
        const enum stat *stat = index_find(stats, m.key);
        if (stat != NULL && node_is(m.node)) {
            line->line->values[*stat] = (stat_value)node_scaled(m.node, STAT_ONE, INT32_MAX);
        }
    }
    stat_derive(line->line);
    line->position = position_in(entry, line->position);
}

/* Lines of everybody who was on a roster in the week. */
static void read_entries(struct sleeper *sleeper, const struct index *stats,
                         const struct node *entries, int week)
{
    struct import_season *season = sleeper->reading.season;
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *team_week = &season->team_weeks.at[i];
        for (size_t k = 0; team_week->week == week && k < team_week->spots.count; k++) {
            int player = team_week->spots.at[k].player;
            if (player == IMPORT_NONE) {
                continue;
            }
            const struct import_player *kept = &season->players.at[player];
            struct node entry = node_at(entries, kept->source_id.ptr);
            if (node_is(entry)) {
                struct import_line line = { .player = player,
                                            .week = week,
                                            .position = kept->position };
                read_line(sleeper, stats, &entry, &line);
                LIST_ADD(sleeper->reading.arena, season->lines, line);
            }
        }
    }
}

static bool is_played(const struct import_season *season, int week)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        if (season->team_weeks.at[i].week == week && season->team_weeks.at[i].has_points) {
            return true;
        }
    }
    return false;
}

static enum error read_week(struct sleeper *sleeper, const struct index *stats, int week)
{
    struct import_season *season = sleeper->reading.season;
    CLEANUP(document_done) struct document document = { 0 };
    bool is_there = false;
    struct wanted wanted = {
        .path = arena_format(sleeper->reading.arena, "sleeper/v1/stats/nfl/regular/%d/%d.json",
                             season->season, week),
        .address =
            arena_format(sleeper->reading.arena, "/stats/nfl/regular/%d/%d", season->season, week),
    };
    TRY(source_open_if(sleeper->reading.source, sleeper->reading.arena, wanted, &document,
                       &is_there));
    if (!is_there) {
        note(&sleeper->reading, arena_format(sleeper->reading.arena, "statistics, week %d", week),
             S(""), S(""), S("Sleeper's statistics of the week were not found."));
        return OK;
    }
    season->has_own_lines = true;
    struct node entries = document_root(&document);
    (void)member_first(&entries, STATS_ENTRIES_MAX);
    if (document.error == OK) {
        read_entries(sleeper, stats, &entries, week);
    }
    return document.error;
}

enum error sleeper_lines(struct sleeper *sleeper)
{
    struct index stats = { .arena = sleeper->reading.arena };
    for (size_t i = 0; i < STAT_COUNT; i++) {
        struct slice key = stat_info((enum stat)i)->sleeper;
        if (key.len > 0) {
            enum stat *stat = ARENA_NEW(sleeper->reading.arena, enum stat);
            *stat = (enum stat)i;
            index_add(&stats, key, stat);
        }
    }
    for (int week = 1; week <= SLEEPER_WEEKS; week++) {
        if (is_played(sleeper->reading.season, week)) {
            TRY(read_week(sleeper, &stats, week));
        }
    }
    return OK;
}

/* ---- names ---- */

static void read_player(struct sleeper *sleeper, const struct node *entry,
                        struct import_player *player)
{
    struct slice first = node_text_or(node_at(entry, "first_name"), NAME_MAX_BYTES, S(""));
    struct slice last = node_text_or(node_at(entry, "last_name"), NAME_MAX_BYTES, S(""));
    struct slice name = arena_format(sleeper->reading.arena, "%.*s%s%.*s", FMT(first),
                                     first.len > 0 && last.len > 0 ? " " : "", FMT(last));
    player->name = name.len > 0 ? name : player->name;
    player->nfl_team = node_text_or(node_at(entry, "team"), ID_MAX_BYTES, S(""));
    player->position = position_from(node_text_or(node_at(entry, "position"), ID_MAX_BYTES, S("")));
}

enum error sleeper_names(struct sleeper *sleeper)
{
    struct import_season *season = sleeper->reading.season;
    if (sleeper->catalogue == NULL) {
        note(&sleeper->reading, S("players"), S(""), S(""),
             S("Sleeper's catalogue of players was not found: names and positions are those of "
               "the drafts, where these tell them."));
        return OK;
    }
    sleeper->catalogue->keep = sleeper->reading.arena;
    struct node players = document_root(sleeper->catalogue);
    size_t unknown = 0;
    for (size_t i = 0; i < season->players.count; i++) {
        struct import_player *player = &season->players.at[i];
        struct node entry = node_at(&players, player->source_id.ptr);
        if (node_is(entry)) {
            read_player(sleeper, &entry, player);
        } else {
            unknown++;
        }
    }
    if (unknown > 0) {
        note_int(&sleeper->reading, S("players"), (int64_t)unknown, S(""),
                 S("So many players are not in Sleeper's catalogue."));
    }
    return sleeper->catalogue->error;
}
