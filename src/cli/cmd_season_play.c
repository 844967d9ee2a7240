/* `astralfield season play`: a league through a stored season at full speed. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "db/db.h"
#include "league/season.h"

struct playing {
    struct cli *cli;
    struct season_play play;
    struct season_played played;
    struct progress progress;
    int weeks; /* final since the begin */
};

static void show_step(void *thing, int week)
{
    struct playing *playing = thing;
    playing->weeks += week > 0;
    progress_step(&playing->progress, playing->weeks);
}

/* Weeks that are to be made final, for the progress bar. */
static int64_t weeks_to_play(const struct playing *playing, const struct rows *start)
{
    int64_t left = rows_int(start, 0, "weeks_left");
    int64_t week = rows_int(start, 0, "week");
    int64_t through = playing->play.through_week;
    if (through != 0 && through - week + 1 < left) {
        left = through - week + 1;
    }
    return left < 0 ? 0 : left;
}

static int64_t elapsed_ms(const struct playing *playing)
{
    return (mono_now().us - playing->progress.started.us) / US_PER_MS;
}

static void print_table(struct playing *playing, const struct rows *table, struct slice hash)
{
    cli_print(" #  %-28s  %-8s %9s %9s  %s\n", "team", "record", "for", "against", "streak");
    for (size_t i = 0; i < table->count; i++) {
        struct slice record = arena_format(playing->cli->arena, "%" PRId64 "-%" PRId64 "-%" PRId64,
                                           rows_int(table, i, "wins"), rows_int(table, i, "losses"),
                                           rows_int(table, i, "ties"));
        struct slice streak = rows_text(table, i, "streak");
        cli_print("%2" PRId64 "  %-28.*s  %-8.*s %9.*s %9.*s  %-4.*s%s\n",
                  rows_int(table, i, "rank"), FMT(rows_text(table, i, "name")), FMT(record),
                  FMT(rows_text(table, i, "points_for")),
                  FMT(rows_text(table, i, "points_against")), FMT(streak),
                  rows_bool(table, i, "is_champion") ? "  champion" : "");
    }
    cli_print("%d weeks final, %d lineups set, %d free agents added, %" PRId64 ".%03" PRId64 " s\n",
              playing->played.weeks, playing->played.lineups, playing->played.moves,
              elapsed_ms(playing) / 1000, elapsed_ms(playing) % 1000);
    cli_print("result %.*s\n", FMT(hash));
}

static void put_team(struct json *json, const struct rows *table, size_t row)
{
    json_open_object(json);
    json_member_int(json, S("rank"), rows_int(table, row, "rank"));
    json_member_int(json, S("teamId"), rows_int(table, row, "team_id"));
    json_member_text(json, S("name"), rows_text(table, row, "name"));
    json_member_int(json, S("wins"), rows_int(table, row, "wins"));
    json_member_int(json, S("losses"), rows_int(table, row, "losses"));
    json_member_int(json, S("ties"), rows_int(table, row, "ties"));
    json_member_raw(json, S("pointsFor"), rows_text(table, row, "points_for"));
    json_member_raw(json, S("pointsAgainst"), rows_text(table, row, "points_against"));
    json_member_bool(json, S("isChampion"), rows_bool(table, row, "is_champion"));
    json_close_object(json);
}

static void print_json(struct playing *playing, const struct rows *table, struct slice hash)
{
    struct json json;
    json_init(&json, playing->cli->arena);
    json_open_object(&json);
    json_member_int(&json, S("leagueId"), playing->play.league_id);
    json_member_int(&json, S("weeks"), playing->played.weeks);
    json_member_int(&json, S("lineups"), playing->played.lineups);
    json_member_int(&json, S("moves"), playing->played.moves);
    json_member_bool(&json, S("drafted"), playing->played.is_drafted);
    json_member_int(&json, S("ms"), elapsed_ms(playing));
    json_member_text(&json, S("resultHash"), hash);
    json_key(&json, S("table"));
    json_open_array(&json);
    for (size_t i = 0; i < table->count; i++) {
        put_team(&json, table, i);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static enum error print_result(struct playing *playing)
{
    struct arena *arena = playing->cli->arena;
    struct rows table;
    struct rows hash;
    struct params league = PARAMS(P_INT(playing->play.league_id));
    TRY(db_read(arena, SQL_PLAY_SEASON_TABLE, league, &table));
    TRY(db_read(arena, SQL_PLAY_RESULT_HASH, league, &hash));
    (playing->cli->is_json ? print_json : print_table)(playing, &table,
                                                       rows_text(&hash, 0, "hash"));
    return OK;
}

static int play(struct cli *cli, void *thing)
{
    struct playing *playing = thing;
    struct rows start;
    enum error error =
        db_read(cli->arena, SQL_PLAY_SEASON_START, PARAMS(P_INT(playing->play.league_id)), &start);
    int64_t total = error == OK && start.count == 1 ? weeks_to_play(playing, &start) : 0;
    progress_start(&playing->progress, cli, "playing weeks", total);
    if (error == OK) {
        error = season_play(&cli->faults, &playing->play, &playing->played);
    }
    progress_end(&playing->progress);
    if (error == OK) {
        error = print_result(playing);
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static int run(struct cli *cli)
{
    struct playing playing = {
        .cli = cli,
        .play = { .now = utime_now(), .is_hands_off = cli_has(cli, "hands-off"), .step = show_step }
    };
    playing.play.thing = &playing;
    int64_t through = 0;
    enum error error = cli_number(cli, "league", 1, INT64_MAX, 0, &playing.play.league_id);
    if (error == OK) {
        error = cli_number(cli, "through", 1, WEEKS_MAX, 0, &through);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    playing.play.through_week = (int)through;
    return cli_with_database(cli, play, &playing);
}

static const struct cli_option options[] = {
    { .name = "league", .value = "ID", .is_required = true, .doc = "the league" },
    { .name = "through",
      .value = "WEEK",
      .doc = "stop before the first kickoff of the week after (default: play to the champion)" },
    { .name = "hands-off", .doc = "add no free agents where a slot would stay empty" },
};

const struct command season_play_command = {
    .name = "season play",
    .summary = "play a league through a stored season",
    .help =
        "Fills the league with teams and drafts (by average draft position) if that has not been\n"
        "done, then plays week after week: lineups of absent managers from what was known before\n"
        "kickoff, scores, finals, playoffs, champion. Goes on from wherever the league stands. "
        "The\n"
        "same start gives the same champion and the same result hash.\n\n"
        "example: astralfield season play --league 1\n"
        "         astralfield season play --league 1 --through 13",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
