/* `astralfield demo`: a league to look at, in the middle of its season. */
#include <inttypes.h>
#include <jansson.h>

#include "auth/auth.h"
#include "base/check.h"
#include "cli/commands.h"
#include "db/db.h"
#include "league/create.h"
#include "league/members.h"
#include "league/season.h"
#include "run/work.h"

/* The week after the last final one can be played with. */
enum { DEMO_LAST_FINAL_WEEK = 13, DEMO_SEED_BYTES = 32 };

/* The people, whose sign-ins are no secret. The first is the commissioner. */
static const struct manager {
    const char *name; /* of the address and the password too */
    const char *team;
} managers[] = {
    { "maya", "Sample Meteors" },   { "jonas", "Sample Juggernauts" },
    { "priya", "Sample Panthers" }, { "diego", "Sample Dynamos" },
    { "aiko", "Sample Avalanche" }, { "femi", "Sample Falcons" },
    { "lena", "Sample Lightning" }, { "omar", "Sample Outlaws" },
    { "ruth", "Sample Rockets" },   { "tomas", "Sample Titans" },
    { "wei", "Sample Wolves" },     { "zoe", "Sample Zephyrs" },
};

struct demo {
    struct cli *cli;
    struct work_pool *pool;
    struct auth *auth;
    int64_t wanted_season; /* 0: the newest */
    int season;
    bool is_sample;
    int64_t user_ids[ARRAY_LEN(managers)];
    int64_t league_id;
    struct slice league_name;
    struct progress progress;
};

static struct slice email_of(struct arena *arena, const struct manager *manager)
{
    return arena_format(arena, "%s@sample.astralfield.invalid", manager->name);
}

static struct slice password_of(struct arena *arena, const struct manager *manager)
{
    return arena_format(arena, "touchdown-%s", manager->name);
}

static struct slice display_name_of(struct arena *arena, const struct manager *manager)
{
    return arena_format(arena, "Sample %c%s", manager->name[0] - 'a' + 'A', manager->name + 1);
}

/* ---- people ---- */

static enum error find_or_add_user(struct demo *demo, size_t index)
{
    struct arena *arena = demo->cli->arena;
    struct rows rows;
    struct account account = { .email = email_of(arena, &managers[index]),
                               .display_name = display_name_of(arena, &managers[index]),
                               .password = password_of(arena, &managers[index]) };
    TRY(db_read(arena, SQL_AUTH_FIND_USER, PARAMS(P_TEXT(account.email), P_NULL), &rows));
    if (rows.count == 1) {
        demo->user_ids[index] = rows_int(&rows, 0, "id");
        return OK;
    }
    return auth_add_user(demo->auth, &demo->cli->faults, &account, &demo->user_ids[index]);
}

static struct change change_by(struct demo *demo, size_t index, struct slice kind)
{
    return (struct change){ .arena = demo->cli->arena,
                            .faults = &demo->cli->faults,
                            .now = utime_now(),
                            .actor = { .kind = ACTOR_USER, .user_id = demo->user_ids[index] },
                            .kind = kind };
}

/* ---- the league ---- */

static enum error find_season(struct demo *demo)
{
    struct rows rows;
    struct param wanted = demo->wanted_season == 0 ? P_NULL : P_INT(demo->wanted_season);
    TRY(db_read(demo->cli->arena, SQL_PLAY_DEMO_SEASON, PARAMS(wanted), &rows));
    if (rows.count == 0) {
        return refuse(
            &demo->cli->faults, E_NO_STATS,
            "there is no season with statistics to play: `astralfield import nfl` loads a "
            "real one, `astralfield import sample` an invented one");
    }
    demo->season = (int)rows_int(&rows, 0, "year");
    demo->is_sample = rows_bool(&rows, 0, "is_sample");
    return OK;
}

/* Everybody gets the same league from the same season. */
static enum error make_league(struct demo *demo)
{
    static const unsigned char seed[DEMO_SEED_BYTES] = "astralfield: a league to look at";
    struct arena *arena = demo->cli->arena;
    json_t *settings = json_pack("{s:s, s:b, s:i}", "visibility", "public", "openToJoin", 1,
                                 "maxTeams", (int)ARRAY_LEN(managers));
    CHECK(settings != NULL);
    struct league_new wanted = { .name = arena_format(arena, "Sample League %d", demo->season),
                                 .team_name = slice_from(managers[0].team),
                                 .season = demo->season,
                                 .settings = settings,
                                 .seed = seed };
    CLEANUP(change_done) struct change change = change_by(demo, 0, S("league.create"));
    enum error error = league_create(&change, &wanted, &demo->league_id);
    json_decref(settings);
    demo->league_name = wanted.name;
    return error;
}

static enum error join_league(struct demo *demo, size_t index)
{
    struct league_join join = { .invite_code = S(""),
                                .team_name = slice_from(managers[index].team) };
    CLEANUP(change_done) struct change change = change_by(demo, index, S("league.join"));
    enum error error = league_join(&change, demo->league_id, &join);
    return error == E_ALREADY_MEMBER ? OK : error; /* a first run was interrupted */
}

static void show_step(void *thing, int week)
{
    struct demo *demo = thing;
    progress_step(&demo->progress, week);
}

static enum error play(struct demo *demo)
{
    struct season_play play = { .league_id = demo->league_id,
                                .through_week = DEMO_LAST_FINAL_WEEK,
                                .now = utime_now(),
                                .step = show_step,
                                .thing = demo };
    struct season_played played;
    progress_start(&demo->progress, demo->cli, "playing a season", DEMO_LAST_FINAL_WEEK);
    enum error error = season_play(&demo->cli->faults, &play, &played);
    progress_end(&demo->progress);
    return error;
}

/* Finds the league, or makes and plays it; one that stands after the last week is left alone. */
static enum error find_or_make(struct demo *demo)
{
    struct rows rows;
    for (size_t i = 0; i < ARRAY_LEN(managers); i++) {
        TRY(find_or_add_user(demo, i));
    }
    TRY(db_read(demo->cli->arena, SQL_PLAY_DEMO_LEAGUE,
                PARAMS(P_TEXT(email_of(demo->cli->arena, &managers[0])), P_INT(demo->season)),
                &rows));
    bool is_setup = true;
    bool is_played = false;
    if (rows.count == 1) {
        demo->league_id = rows_int(&rows, 0, "id");
        demo->league_name = rows_text(&rows, 0, "name");
        struct slice state = rows_text(&rows, 0, "state");
        is_setup = slice_eq(state, S("setup"));
        is_played =
            slice_eq(state, S("playoffs")) || slice_eq(state, S("complete")) ||
            (slice_eq(state, S("in_season")) && rows_int(&rows, 0, "week") > DEMO_LAST_FINAL_WEEK);
    } else {
        TRY(make_league(demo));
    }
    for (size_t i = 1; is_setup && i < ARRAY_LEN(managers); i++) {
        TRY(join_league(demo, i));
    }
    return is_played ? OK : play(demo);
}

/* ---- what it prints ---- */

static void print_json(struct demo *demo)
{
    struct arena *arena = demo->cli->arena;
    cli_print("{\"leagueId\":%" PRId64 ",\"name\":\"%.*s\",\"season\":%d,\"isSample\":%s,"
              "\"signIns\":[",
              demo->league_id, FMT(demo->league_name), demo->season,
              demo->is_sample ? "true" : "false");
    for (size_t i = 0; i < ARRAY_LEN(managers); i++) {
        cli_print("%s{\"email\":\"%.*s\",\"password\":\"%.*s\",\"role\":\"%s\"}", i > 0 ? "," : "",
                  FMT(email_of(arena, &managers[i])), FMT(password_of(arena, &managers[i])),
                  i == 0 ? "commissioner" : "manager");
    }
    cli_print("]}\n");
}

static void print_text(struct demo *demo)
{
    struct arena *arena = demo->cli->arena;
    cli_print("%.*s (league %" PRId64 "): %s, week %d is next.\n", FMT(demo->league_name),
              demo->league_id,
              demo->is_sample ? "invented players and results"
                              : "real players and results, invented managers",
              DEMO_LAST_FINAL_WEEK + 1);
    cli_print("Sample sign-ins:\n");
    for (size_t i = 0; i < ARRAY_LEN(managers); i++) {
        cli_print("  %-34.*s %-18.*s %s%s\n", FMT(email_of(arena, &managers[i])),
                  FMT(password_of(arena, &managers[i])), managers[i].team,
                  i == 0 ? ", commissioner" : "");
    }
}

static int make(struct cli *cli, void *thing)
{
    struct demo *demo = thing;
    enum error error = work_pool_new(1, 4, &demo->pool);
    demo->auth = auth_new(demo->pool);
    if (error == OK) {
        error = find_season(demo);
    }
    if (error == OK) {
        error = find_or_make(demo);
    }
    auth_free(demo->auth);
    work_pool_free(demo->pool);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(demo);
    } else {
        print_text(demo);
    }
    return EXIT_OK;
}

static int run(struct cli *cli)
{
    struct demo demo = { .cli = cli };
    enum error error = cli_number(cli, "season", 1920, 2199, 0, &demo.wanted_season);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, make, &demo);
}

static const struct cli_option options[] = {
    { .name = "season",
      .value = "YEAR",
      .doc = "a stored season that is over (default: the newest, real ones first)" },
};

const struct command demo_command = {
    .name = "demo",
    .summary = "make a league to look at",
    .help =
        "Twelve sample managers draft a league in a stored season and play it through week 13, so\n"
        "that the lineups of week 14 can be set. Prints their sign-ins, which are no secret: do "
        "not\n"
        "run it on a server for others. Running it again changes nothing and prints them again.\n\n"
        "example: astralfield demo\n"
        "         astralfield demo --season 2024",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
