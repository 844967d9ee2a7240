/* A Sleeper league and the seasons before it, from its documents. */
#include "imports/sleeper.h"

#include "base/check.h"

struct wanted sleeper_wanted(struct sleeper *sleeper, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct slice name = arena_vformat(sleeper->reading.arena, format, args);
    va_end(args);
    return (struct wanted){
        .path = arena_format(sleeper->reading.arena, "sleeper/v1/%.*s.json", FMT(name)),
        .address = arena_format(sleeper->reading.arena, "/%.*s", FMT(name)),
    };
}

size_t sleeper_player(struct sleeper *sleeper, struct node node, int *ret_player)
{
    if (!node_is(node)) {
        return 0;
    }
    struct slice id = node_id(node);
    if (slice_eq(id, S("0")) || slice_eq(id, S("?"))) {
        return 0;
    }
    if (sleeper->reading.season->players.count >= PLAYERS_MAX) {
        node_fault(node, "expected at most %d players in a season", PLAYERS_MAX);
        return 0;
    }
    *ret_player = player_index(&sleeper->reading, id);
    return 1;
}

/* All players: a document of its own, in two places of the folder layout. */
static enum error open_catalogue(struct import_source *source, struct arena *arena,
                                 struct document *ret_document, bool *ret_is_there)
{
    struct wanted wanted = { .path = S("sleeper/v1/players/nfl.json"),
                             .address = S("/players/nfl") };
    TRY(source_open_if(source, arena, wanted, ret_document, ret_is_there));
    if (*ret_is_there) {
        return OK;
    }
    wanted = (struct wanted){ .path = S("sleeper/derived/players_nfl.json"), .address = S("") };
    return source_open_if(source, arena, wanted, ret_document, ret_is_there);
}

static enum error read_parts(struct sleeper *sleeper, struct document *league)
{
    TRY(sleeper_league(sleeper, league));
    TRY(sleeper_people(sleeper));
    TRY(sleeper_weeks(sleeper));
    TRY(sleeper_brackets(sleeper));
    TRY(sleeper_drafts(sleeper));
    TRY(sleeper_moves(sleeper));
    TRY(sleeper_names(sleeper));
    return sleeper_lines(sleeper);
}

/* One season; *ret_previous is the league it names as the one before, or empty. */
static enum error read_season(struct sleeper *sleeper, struct slice *ret_previous)
{
    CLEANUP(document_done) struct document league = { 0 };
    TRY(source_open(sleeper->reading.source, sleeper->reading.arena,
                    sleeper_wanted(sleeper, "league/%.*s", FMT(sleeper->league_id)), &league));
    struct node root = document_root(&league);
    struct node previous = node_at(&root, "previous_league_id");
    struct slice id = node_id_or_none(previous);
    if (slice_eq(id, S("0"))) {
        id = S("");
    }
    if (id.len > 0 && !is_number_id(id)) {
        node_fault(previous, "expected the id of a league, found %.*s", FMT(id));
    }
    struct slice own = node_id_or_none(node_at(&root, "league_id"));
    if (own.len > 0 && !slice_eq(own, sleeper->league_id)) {
        node_fault(root, "this is league %.*s, not %.*s", FMT(own), FMT(sleeper->league_id));
    }
    TRY(league.error);
    TRY(read_parts(sleeper, &league));
    *ret_previous = id;
    return OK;
}

static bool was_read(const struct import_model *model, struct slice league_id)
{
    for (size_t i = 0; i < model->count; i++) {
        if (slice_eq(model->seasons[i]->source_league_id, league_id)) {
            return true;
        }
    }
    return false;
}

static void turn_round(struct import_model *model)
{
    for (size_t i = 0; i < model->count / 2; i++) {
        struct import_season *season = model->seasons[i];
        model->seasons[i] = model->seasons[model->count - 1 - i];
        model->seasons[model->count - 1 - i] = season;
    }
}

/* Adds the season before `model`'s last one, or ends the chain with a note. */
static enum error add_season(struct import_source *source, struct document *catalogue,
                             struct slice league_id, struct import_model *model,
                             struct slice *ret_previous)
{
    struct sleeper *sleeper = ARENA_NEW(model->arena, struct sleeper);
    reading_start(&sleeper->reading, source, model->arena, PLATFORM_SLEEPER);
    sleeper->catalogue = catalogue;
    sleeper->league_id = league_id;
    TRY(read_season(sleeper, ret_previous));
    struct import_season *season = sleeper->reading.season;
    if (model->count > 0) {
        struct import_season *later = model->seasons[model->count - 1];
        if (season->season >= later->season) {
            return refuse(source->faults, E_FEED,
                          "league %.*s of %d names league %.*s of %d as the season before",
                          FMT(later->source_league_id), later->season, FMT(league_id),
                          season->season);
        }
        later->previous_source_id = season->source_league_id;
    }
    model->seasons[model->count++] = season;
    return OK;
}

static enum error read_chain(struct import_source *source, struct document *catalogue,
                             struct slice league_id, struct import_model *model)
{
    struct slice next = league_id;
    while (next.len > 0) {
        struct slice id = next;
        next = S("");
        if (was_read(model, id)) {
            return refuse(source->faults, E_FEED,
                          "league %.*s: its seasons before go round in a circle", FMT(id));
        }
        if (model->count == IMPORT_SEASONS_MAX) {
            return refuse(source->faults, E_FEED, "league %.*s has more than %d seasons",
                          FMT(league_id), IMPORT_SEASONS_MAX);
        }
        enum error error = add_season(source, catalogue, id, model, &next);
        if (error == E_FEED_MISSING && model->count > 0) {
            struct reading oldest = { .arena = model->arena,
                                      .season = model->seasons[model->count - 1] };
            note(&oldest, S("previous_league_id"), id, S(""),
                 S("The season before was not found: the history begins with this one."));
            return OK;
        }
        TRY(error);
    }
    return OK;
}

enum error sleeper_read(struct import_source *source, struct slice league_id,
                        struct import_model *ret_model)
{
    if (!is_number_id(league_id)) {
        return refuse(source->faults, E_INVALID, "a Sleeper league's id has digits only");
    }
    struct import_model model = { .arena = source->arena };
    CLEANUP(document_done) struct document catalogue = { 0 };
    bool has_catalogue = false;
    TRY(open_catalogue(source, model.arena, &catalogue, &has_catalogue));
    enum error error = read_chain(source, has_catalogue ? &catalogue : NULL, league_id, &model);
    if (error == E_FEED_MISSING && source->faults->detail.len == 0) {
        return refuse(source->faults, E_FEED_MISSING,
                      "Sleeper league %.*s was not found in any of the places", FMT(league_id));
    }
    TRY(error);
    turn_round(&model);
    *ret_model = model;
    return OK;
}
