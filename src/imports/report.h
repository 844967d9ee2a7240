/* What an import did, and what it could not carry over exactly: on screen, as JSON, and stored with
 * each league (import_reports). */
#ifndef ASTRALFIELD_IMPORTS_REPORT_H
#define ASTRALFIELD_IMPORTS_REPORT_H

#include "imports/model.h"

struct import_counts {
    int64_t teams, managers, new_players;
    int64_t weeks, player_weeks; /* final weeks; players in their lineups */
    int64_t matchups, moves, claims, trades, draft_picks;
    int64_t lines, gaps; /* stat lines stored; transactions that close a gap */
    int64_t events;
};

struct import_invite {
    struct slice team, manager, code;
};

struct import_league_report {
    int64_t league_id;
    struct slice name;
    struct slice source_league_id;
    enum import_platform platform;
    int season;
    bool is_new;
    struct slice stat_source; /* whose statistics score it: "sleeper", "espn", "nfl" */
    struct import_counts counts;
    IMPORT_LIST(struct slice) changed; /* parts that differ from the import before */
    size_t parts;
    IMPORT_LIST(struct import_adjustment) adjustments;
    IMPORT_LIST(struct import_invite) invites;
};

struct import_report {
    struct arena *arena;
    struct import_league_report *leagues; /* the oldest first */
    size_t count;
    bool is_unchanged; /* nothing was written */
};

/* Adds an adjustment; the texts are copied. */
void report_note(struct arena *arena, struct import_league_report *report,
                 struct import_adjustment note);

void report_changed(struct arena *arena, struct import_league_report *report, struct slice part);

/* One league's report as a JSON object; without invitation codes, which are shown once. */
struct slice report_league_json(struct arena *arena, const struct import_league_report *report);

/* {"isUnchanged", "leagues": […]}, with invitations. `address` is the server's, without a slash at
 * its end. */
struct slice report_json(struct arena *arena, const struct import_report *report,
                         struct slice address);

/* The same for people. */
struct slice report_text(struct arena *arena, const struct import_report *report,
                         struct slice address);

#endif
