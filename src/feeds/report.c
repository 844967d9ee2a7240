#include "feeds/report.h"

#include "base/check.h"

struct slice import_kind_name(enum import_kind kind)
{
    static const struct slice names[IMPORT_KIND_COUNT] = {
        [IMPORT_TEAMS] = S_INIT("teams"),
        [IMPORT_PLAYERS] = S_INIT("players"),
        [IMPORT_IDS] = S_INIT("player ids"),
        [IMPORT_GAMES] = S_INIT("games"),
        [IMPORT_STATS] = S_INIT("player weeks"),
        [IMPORT_DEFENCES] = S_INIT("defence weeks"),
        [IMPORT_PROJECTIONS] = S_INIT("projections"),
        [IMPORT_RANKINGS] = S_INIT("rankings"),
    };
    CHECK(kind < IMPORT_KIND_COUNT);
    return names[kind];
}

void report_reject(struct report *report, enum import_kind kind, struct slice reason,
                   struct slice example, int64_t rows)
{
    struct tally *tally = &report->tallies[kind];
    tally->rejected += rows;
    struct reject **at = &tally->rejects;
    while (*at != NULL && !slice_eq((*at)->reason, reason)) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        *at = ARENA_NEW(report->arena, struct reject);
        **at = (struct reject){ .reason = reason, .example = example };
    }
    (*at)->rows += rows;
}
