/* The order in which a season's files are read: later ones fill what earlier ones left open. */
#include "feeds/read.h"

#include "base/check.h"

/* The first file of a kind; OK with no bytes when there is none. */
static enum error first_file(const struct feed_sources *sources, enum feed_kind kind,
                             struct feed_file *ret_file)
{
    struct feed_search search = { 0 };
    enum error error = sources_next(sources, kind, &search, ret_file);
    if (error == E_FEED_MISSING) {
        *ret_file = (struct feed_file){ 0 };
        return OK;
    }
    return error;
}

static struct slice base_name(struct slice path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/') {
            return slice_from_to(path, i, path.len);
        }
    }
    return path;
}

static void note(struct season_data *data, enum import_kind kind, const struct feed_file *file)
{
    data->report.tallies[kind].note = file->name.ptr == NULL ? S("no file") : base_name(file->name);
}

/* Every file of the kind until one has games of the season. */
static enum error read_schedule(struct season_data *data, const struct feed_sources *sources,
                                enum feed_kind kind)
{
    struct feed_search search = { 0 };
    for (size_t rows = 0; rows == 0;) {
        struct feed_file file = { 0 };
        enum error error = sources_next(sources, kind, &search, &file);
        if (error == E_FEED_MISSING) {
            return OK;
        }
        TRY(error);
        TRY(read_games(data, &file, &rows));
        if (rows > 0 && data->report.tallies[IMPORT_GAMES].note.ptr == NULL) {
            note(data, IMPORT_GAMES, &file);
        }
    }
    return OK;
}

static enum error read_schedules(struct season_data *data, const struct feed_sources *sources)
{
    TRY(read_schedule(data, sources, FEED_GAMES));
    TRY(read_schedule(data, sources, FEED_KICKOFFS));
    if (data->games != NULL) {
        return OK;
    }
    struct buffer places;
    buffer_init(&places, data->arena);
    for (size_t i = 0; i < sources->count; i++) {
        buffer_format(&places, "%s%.*s", i == 0 ? "" : ", ", FMT(sources->places[i]));
    }
    return refuse(data->faults, E_FEED_MISSING, "no schedule with games of %lld was found in %.*s",
                  (long long)data->season, FMT(buffer_slice(&places)));
}

static enum error read_everybody(struct season_data *data, const struct feed_sources *sources)
{
    struct feed_file map = { 0 };
    struct feed_file rosters = { 0 };
    TRY(first_file(sources, FEED_IDS, &map));
    TRY(first_file(sources, FEED_ROSTERS, &rosters));
    if (map.name.ptr != NULL) {
        TRY(read_people(data, &map, PEOPLE_ID_MAP));
    }
    if (rosters.name.ptr != NULL) {
        TRY(read_people(data, &rosters, PEOPLE_ROSTER));
    }
    note(data, IMPORT_IDS, &map);
    note(data, IMPORT_PLAYERS, rosters.name.ptr != NULL ? &rosters : &map);
    return OK;
}

static enum error read_stats(struct season_data *data, const struct feed_sources *sources,
                             struct slice stats)
{
    struct feed_file players = { 0 };
    struct feed_file clubs = { 0 };
    if (stats.len > 0) {
        TRY(file_load(data->arena, stats, data->faults, &players));
    } else {
        TRY(first_file(sources, FEED_PLAYER_WEEKS, &players));
    }
    if (players.name.ptr != NULL) {
        TRY(read_player_weeks(data, &players));
    }
    if (stats.len > 0 && data->report.tallies[IMPORT_STATS].read == 0) {
        return refuse(data->faults, E_FEED, "%.*s has no rows of season %lld", FMT(stats),
                      (long long)data->season);
    }
    TRY(first_file(sources, FEED_TEAM_WEEKS, &clubs));
    if (clubs.name.ptr != NULL) {
        TRY(read_team_weeks(data, &clubs));
    }
    note(data, IMPORT_STATS, &players);
    note(data, IMPORT_DEFENCES, &clubs);
    if (clubs.name.ptr == NULL && data->team_weeks != NULL) {
        data->report.tallies[IMPORT_DEFENCES].note = S("sums of the players");
    }
    return OK;
}

static enum error read_optional(struct season_data *data, const struct feed_sources *sources)
{
    static const struct {
        enum feed_kind feed;
        enum import_kind kind;
        enum error (*read)(struct season_data *data, const struct feed_file *file);
    } optional[] = {
        { FEED_TEAMS, IMPORT_TEAMS, read_teams },
        { FEED_PROJECTIONS, IMPORT_PROJECTIONS, read_projections },
        { FEED_ADP, IMPORT_RANKINGS, read_adp },
    };
    for (size_t i = 0; i < ARRAY_LEN(optional); i++) {
        struct feed_file file = { 0 };
        TRY(first_file(sources, optional[i].feed, &file));
        if (file.name.ptr != NULL) {
            TRY(optional[i].read(data, &file));
        }
        note(data, optional[i].kind, &file);
    }
    struct feed_file known = { 0 };
    TRY(first_file(sources, FEED_PLAYERS, &known));
    return known.name.ptr == NULL ? OK : read_people(data, &known, PEOPLE_KNOWN);
}

enum error season_read(struct season_data *data, const struct feed_sources *sources,
                       struct slice stats)
{
    TRY(read_schedules(data, sources));
    TRY(read_everybody(data, sources));
    TRY(read_stats(data, sources, stats));
    TRY(read_optional(data, sources));
    games_to_batches(data);
    people_to_batches(data);
    defences_to_batches(data);
    const struct tally *named = data->report.tallies[IMPORT_STATS].read > 0
                                    ? &data->report.tallies[IMPORT_STATS]
                                    : &data->report.tallies[IMPORT_GAMES];
    data->source = named->note.len <= 80 ? named->note : slice_from_to(named->note, 0, 80);
    return OK;
}
