/* Where the files of a season are looked for: directories and addresses, in the order given. Does not
 * include rules/stat.h, whose `enum stat` and POSIX's `struct stat` are one tag. */
#ifndef ASTRALFIELD_FEEDS_SOURCE_H
#define ASTRALFIELD_FEEDS_SOURCE_H

#include "feeds/file.h"

enum feed_kind {
    FEED_TEAMS,
    FEED_IDS,     /* the id map */
    FEED_ROSTERS, /* rosters of the season */
    FEED_PLAYERS, /* everybody who ever played */
    FEED_GAMES,   /* the schedule, with scores */
    FEED_KICKOFFS,
    FEED_PLAYER_WEEKS,
    FEED_TEAM_WEEKS,
    FEED_PROJECTIONS,
    FEED_ADP,
    FEED_KIND_COUNT
};

enum { SOURCES_MAX = 16 };

struct feed_sources {
    struct arena *arena;
    struct faults *faults;
    int64_t season;
    struct slice places[SOURCES_MAX]; /* directories, or addresses that begin with https:// */
    size_t count;
    struct fetch_watch watch; /* of downloads */
};

/* Adds a place; E_USAGE when it is neither a directory nor https, or there are too many. */
MUST_CHECK enum error sources_add(struct feed_sources *sources, struct slice place);

/* nflverse's public releases and dynastyprocess' id map. */
void sources_add_public(struct feed_sources *sources);

/* Where a search for the files of one kind has come to; zero is its begin. */
struct feed_search {
    size_t place, path, match;
};

/* The next file of a kind. E_FEED_MISSING when there is no further one; any other error is a file
 * that exists and cannot be used. */
MUST_CHECK enum error sources_next(const struct feed_sources *sources, enum feed_kind kind,
                                   struct feed_search *search, struct feed_file *ret_file);

#endif
