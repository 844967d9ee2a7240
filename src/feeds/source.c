#include "feeds/source.h"

#include <glob.h>
#include <sys/stat.h> /* before glob.h, which declares struct stat */

#include "base/check.h"

/* Paths below a place; %lld is the season. Every path is tried plain and with .gz. */
static const struct {
    enum feed_kind kind;
    const char *path;
    bool is_for_web; /* not a pattern, and published under this path */
} layout[] = {
    { FEED_TEAMS, "nfl/teams.csv", false },
    { FEED_TEAMS, "teams/teams_colors_logos.csv", true },
    { FEED_TEAMS, "teams_colors_logos.csv", false },
    { FEED_TEAMS, "teams.csv", false },
    { FEED_IDS, "players/db_playerids.csv", false },
    { FEED_IDS, "db_playerids.csv", true },
    { FEED_ROSTERS, "rosters/roster_%lld.csv", true },
    { FEED_ROSTERS, "roster_%lld.csv", false },
    { FEED_PLAYERS, "players/players.csv", true },
    { FEED_PLAYERS, "players.csv", false },
    { FEED_GAMES, "schedules/games.csv", true },
    { FEED_GAMES, "games.csv", true },
    { FEED_GAMES, "nfl/schedules*.csv", false },
    { FEED_GAMES, "nfl/games.csv", false },
    { FEED_GAMES, "schedules*.csv", false },
    { FEED_KICKOFFS, "nfl/kickoffs*.csv", false },
    { FEED_KICKOFFS, "kickoffs*.csv", false },
    { FEED_PLAYER_WEEKS, "nfl/player_week_%lld.csv", false },
    { FEED_PLAYER_WEEKS, "player_week_%lld.csv", false },
    { FEED_PLAYER_WEEKS, "stats_player/stats_player_week_%lld.csv", true },
    { FEED_PLAYER_WEEKS, "stats_player_week_%lld.csv", true },
    { FEED_PLAYER_WEEKS, "player_stats/player_stats_%lld.csv", false },
    { FEED_PLAYER_WEEKS, "player_stats_%lld.csv", false },
    { FEED_TEAM_WEEKS, "nfl/team_week_%lld.csv", false },
    { FEED_TEAM_WEEKS, "team_week_%lld.csv", false },
    { FEED_TEAM_WEEKS, "stats_team/stats_team_week_%lld.csv", true },
    { FEED_TEAM_WEEKS, "stats_team_week_%lld.csv", false },
    { FEED_PROJECTIONS, "rankings/nflcom_weekly_projections_%lld.csv", false },
    { FEED_PROJECTIONS, "nflcom_weekly_projections_%lld.csv", false },
    { FEED_ADP, "rankings/adp_ffc_ppr12_%lld.json", false },
    { FEED_ADP, "adp_ffc_ppr12_%lld.json", false },
};

static bool is_web(struct slice place)
{
    return slice_starts(place, S("https://"));
}

enum error sources_add(struct feed_sources *sources, struct slice place)
{
    struct stat info = { 0 };
    if (sources->count == SOURCES_MAX) {
        return refuse(sources->faults, E_USAGE, "at most %d places can be searched", SOURCES_MAX);
    }
    while (place.len > 1 && place.ptr[place.len - 1] == '/') {
        place.len--;
    }
    if (!is_web(place)) {
        if (slice_find(place, ':', 0) + 2 < place.len &&
            slice_starts(slice_from_to(place, slice_find(place, ':', 0), place.len), S("://"))) {
            return refuse(sources->faults, E_USAGE, "%.*s: only https:// addresses are read",
                          FMT(place));
        }
        if (stat(arena_cstr(sources->arena, place), &info) != 0 || !S_ISDIR(info.st_mode)) {
            return refuse(sources->faults, E_FEED_MISSING, "%.*s is not a directory", FMT(place));
        }
    }
    sources->places[sources->count++] = arena_copy(sources->arena, place);
    return OK;
}

void sources_add_public(struct feed_sources *sources)
{
    CHECK(sources->count + 2 <= SOURCES_MAX);
    sources->places[sources->count++] =
        S("https://github.com/nflverse/nflverse-data/releases/download");
    sources->places[sources->count++] =
        S("https://github.com/dynastyprocess/data/raw/master/files");
}

/* The path with the season in it. */
static struct slice path_of(const struct feed_sources *sources, size_t index)
{
    struct buffer path;
    buffer_init(&path, sources->arena);
    struct slice rest = slice_from(layout[index].path);
    size_t at = slice_find(rest, '%', 0);
    buffer_add(&path, slice_from_to(rest, 0, at));
    if (at < rest.len) {
        buffer_format(&path, "%lld", (long long)sources->season);
        buffer_add(&path, slice_from_to(rest, at + sizeof("%lld") - 1, rest.len));
    }
    return buffer_slice(&path);
}

/* The `match`-th file of a directory that fits the pattern, plain ones first. */
static bool find_on_disk(const struct feed_sources *sources, struct slice place, struct slice path,
                         size_t match, struct slice *ret_path)
{
    struct buffer pattern;
    buffer_init(&pattern, sources->arena);
    for (size_t i = 0; i < place.len; i++) {
        if (strchr("\\*?[{~", place.ptr[i]) != NULL) {
            buffer_byte(&pattern, '\\');
        }
        buffer_byte(&pattern, place.ptr[i]);
    }
    buffer_format(&pattern, "/%.*s", FMT(path));
    const char *plain = arena_cstr(sources->arena, buffer_slice(&pattern));
    const char *packed = arena_format(sources->arena, "%s.gz", plain).ptr;
    glob_t found = { 0 };
    bool is_found = glob(plain, 0, NULL, &found) == 0;
    is_found |= glob(packed, is_found ? GLOB_APPEND : 0, NULL, &found) == 0;
    bool is_there = is_found && match < found.gl_pathc;
    if (is_there) {
        *ret_path = arena_copy(sources->arena, slice_from(found.gl_pathv[match]));
    }
    globfree(&found);
    return is_there;
}

static enum error try_web(const struct feed_sources *sources, struct slice place, struct slice path,
                          struct feed_file *ret_file)
{
    struct slice url = arena_format(sources->arena, "%.*s/%.*s", FMT(place), FMT(path));
    return fetch_load(sources->arena, url, sources->watch, sources->faults, ret_file);
}

enum error sources_next(const struct feed_sources *sources, enum feed_kind kind,
                        struct feed_search *search, struct feed_file *ret_file)
{
    for (; search->place < sources->count; search->place++, search->path = 0) {
        struct slice place = sources->places[search->place];
        for (; search->path < ARRAY_LEN(layout); search->path++, search->match = 0) {
            struct slice file = S("");
            if (layout[search->path].kind != kind) {
                continue;
            }
            struct slice path = path_of(sources, search->path);
            if (is_web(place)) {
                enum error error = E_FEED_MISSING;
                if (layout[search->path].is_for_web && search->match++ == 0) {
                    error = try_web(sources, place, path, ret_file);
                }
                if (error != E_FEED_MISSING) {
                    return error;
                }
            } else if (find_on_disk(sources, place, path, search->match++, &file)) {
                return file_load(sources->arena, file, sources->faults, ret_file);
            }
        }
    }
    return E_FEED_MISSING;
}
