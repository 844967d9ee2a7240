/* What could be expected of the sample's players: the averages behind sample_play.c, before any game.
 * Lines are in thousandths, as all statistics are. */
#include <stdlib.h>

#include "base/check.h"
#include "feeds/name.h"
#include "feeds/sample_parts.h"
#include "feeds/stat_json.h"
#include "rules/preset.h"

enum {
    NO_OPPONENT = -1,
    ATTEMPTS = 32700, /* passes of a club in a game, sacks left out: thousandths */
    RUSHES = 27000,
    SACKS = 2300,
    DRAFTED_LAST = 240, /* places of the list; kickers and defences stand from LATE on */
    LATE = 150,
};

static int gain_against(const struct sample *sample, int club, int opponent)
{
    int given_up = opponent == NO_OPPONENT ? 1000 : sample->defense[opponent];
    return sample->offense[club] * given_up / 1000;
}

/* Thousandths of the club's passes or rushes that go to the player when everybody is there. */
static int64_t share_of(const struct sample *sample, size_t player, bool is_rush)
{
    size_t first = player / SAMPLE_SQUAD * SAMPLE_SQUAD;
    int total = 0;
    for (size_t i = first; i < first + SAMPLE_SQUAD; i++) {
        bool is_second = i == first + 1;
        total += is_second ? 0 : is_rush ? sample->players[i].carries : sample->players[i].targets;
    }
    int own = is_rush ? sample->players[player].carries : sample->players[player].targets;
    return (int64_t)own * 1000 / total;
}

/* Thousandths of a yard that a catch or rush brings; `mean` as in sample_play.c. */
static int64_t yards_of(const struct sample_player *player, int mean, int gain)
{
    return (int64_t)mean * player->skill * gain / 1000 / 1000 * 80 + 300;
}

static void expect_catches(const struct sample *sample, size_t player, int gain,
                           struct stat_line *line)
{
    const struct sample_player *who = &sample->players[player];
    const struct sample_player *passer = &sample->players[player / SAMPLE_SQUAD * SAMPLE_SQUAD];
    int caught = who->position == POSITION_RB ? 770 : who->position == POSITION_TE ? 690 : 630;
    int mean = who->position == POSITION_WR ? 152 : who->position == POSITION_TE ? 128 : 88;
    int64_t targets = ATTEMPTS * share_of(sample, player, false) / 1000;
    int64_t catches = targets * caught / 1000 * passer->skill / 1000;
    line->values[STAT_TARGETS] = (stat_value)targets;
    line->values[STAT_RECEPTIONS] = (stat_value)catches;
    line->values[STAT_RECEIVING_YARDS] = (stat_value)(catches * yards_of(who, mean, gain) / 1000);
    line->values[STAT_RECEIVING_TDS] = (stat_value)(catches * 66 / 1000 * gain / 1000);
}

static void expect_rushes(const struct sample *sample, size_t player, int gain,
                          struct stat_line *line)
{
    const struct sample_player *who = &sample->players[player];
    int64_t carries = RUSHES * share_of(sample, player, true) / 1000;
    line->values[STAT_CARRIES] = (stat_value)carries;
    line->values[STAT_RUSHING_YARDS] =
        (stat_value)(carries * (yards_of(who, 58, gain) - 1000) / 1000);
    line->values[STAT_RUSHING_TDS] = (stat_value)(carries * 33 / 1000 * gain / 1000);
}

static void expect_passes(const struct sample *sample, size_t player, int gain,
                          struct stat_line *line)
{
    line->values[STAT_ATTEMPTS] = ATTEMPTS;
    for (size_t i = player + 2; i < player + SAMPLE_SQUAD - 1; i++) {
        struct stat_line other = { 0 };
        expect_catches(sample, i, gain, &other);
        line->values[STAT_COMPLETIONS] += other.values[STAT_RECEPTIONS];
        line->values[STAT_PASSING_YARDS] += other.values[STAT_RECEIVING_YARDS];
        line->values[STAT_PASSING_TDS] += other.values[STAT_RECEIVING_TDS];
    }
    line->values[STAT_PASSING_INTERCEPTIONS] =
        (line->values[STAT_ATTEMPTS] - line->values[STAT_COMPLETIONS]) * 65 / 1000;
}

static void expect_kicks(int gain, struct stat_line *line)
{
    line->values[STAT_FG_MADE_20_29] = 463;
    line->values[STAT_FG_MADE_30_39] = 426;
    line->values[STAT_FG_MADE_40_49] = 389;
    line->values[STAT_FG_MADE_50_59] = 254;
    line->values[STAT_FG_MADE] = 463 + 426 + 389 + 254;
    line->values[STAT_FG_ATT] = 2000;
    line->values[STAT_FG_MISSED] = 2000 - line->values[STAT_FG_MADE];
    line->values[STAT_PAT_MADE] = 2200 * gain / 1000;
}

/* A healthy player's line. The second quarterback's is empty: he does not play. */
static void expect_player(const struct sample *sample, size_t player, int opponent,
                          struct stat_line *ret_line)
{
    struct stat_line line = { .has_played = true };
    int gain = gain_against(sample, (int)(player / SAMPLE_SQUAD), opponent);
    size_t place = player % SAMPLE_SQUAD;
    if (sample->players[player].position == POSITION_K) {
        expect_kicks(gain, &line);
    } else if (place == 0) {
        expect_passes(sample, player, gain, &line);
        expect_rushes(sample, player, gain, &line);
    } else if (place > 1) {
        expect_catches(sample, player, gain, &line);
        expect_rushes(sample, player, gain, &line);
    }
    stat_derive(&line);
    *ret_line = line;
}

static void expect_defense(const struct sample *sample, int club, int opponent,
                           struct stat_line *ret_line)
{
    int gain =
        opponent == NO_OPPONENT ? sample->defense[club] : gain_against(sample, opponent, club);
    struct stat_line line = { .has_played = true };
    line.values[STAT_TEAM_SACKS] = SACKS;
    line.values[STAT_TEAM_INTERCEPTIONS] = 720;
    line.values[STAT_TEAM_FUMBLE_RECOVERIES] = 330;
    line.values[STAT_TEAM_DEF_TDS] = 90;
    line.values[STAT_TEAM_POINTS_ALLOWED] = 20700 * gain / 1000;
    *ret_line = line;
}

static void write_projection(struct sample *sample, int week, struct slice id,
                             const struct stat_line *line)
{
    struct batches *batches = &sample->data->batches[IMPORT_PROJECTIONS];
    struct json *json = batch_row(batches);
    json_member_int(json, S("week"), week);
    json_member_text(json, S("nfl_id"), id);
    json_member_text(json, S("name"), id);
    json_key(json, S("stats"));
    stat_json_write(json, line);
    batch_row_end(batches);
    sample->data->report.tallies[IMPORT_PROJECTIONS].read++;
}

static struct slice defense_id(const struct sample *sample, int club)
{
    return arena_format(sample->data->arena, "DEF-%.*s", FMT(sample_club(club)));
}

static void project_club(struct sample *sample, int week, int club, int opponent)
{
    struct stat_line line = { 0 };
    for (size_t i = (size_t)club * SAMPLE_SQUAD; i < (size_t)(club + 1) * SAMPLE_SQUAD; i++) {
        bool is_second = i % SAMPLE_SQUAD == 1;
        if (sample->players[i].out_before <= week && !is_second) {
            expect_player(sample, i, opponent, &line);
            write_projection(sample, week, sample->players[i].id, &line);
        }
    }
    expect_defense(sample, club, opponent, &line);
    write_projection(sample, week, defense_id(sample, club), &line);
}

void sample_projections(struct sample *sample, int week)
{
    for (size_t i = 0; i < SAMPLE_GAMES; i++) {
        const struct sample_game *game = &sample->games[i];
        if (game->week == week) {
            project_club(sample, week, game->home, game->away);
            project_club(sample, week, game->away, game->home);
        }
    }
}

/* ---- draft order ---- */

struct candidate {
    struct slice id, name;
    enum position position;
    int club;
    int64_t value; /* hundredths: points a game, later over those of a player anybody can get */
    size_t order;  /* so that equal ones keep their order */
};

static int by_value(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->value != b->value) {
        return a->value > b->value ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

static size_t gather(const struct sample *sample, struct candidate *list)
{
    struct rule_set rules = preset_info(PRESET_PPR)->set;
    size_t count = 0;
    struct stat_line line = { 0 };
    for (size_t i = 0; i < SAMPLE_PLAYERS; i++) {
        const struct sample_player *player = &sample->players[i];
        expect_player(sample, i, NO_OPPONENT, &line);
        list[count] = (struct candidate){ .id = player->id,
                                          .name = player->name,
                                          .position = player->position,
                                          .club = (int)(i / SAMPLE_SQUAD),
                                          .value = score_line(rules, &line, player->position),
                                          .order = count };
        count++;
    }
    for (int club = 0; club < SAMPLE_CLUBS; club++) {
        expect_defense(sample, club, NO_OPPONENT, &line);
        list[count] = (struct candidate){ .id = defense_id(sample, club),
                                          .name = sample_club(club),
                                          .position = POSITION_DEF,
                                          .club = club,
                                          .value = -line.values[STAT_TEAM_POINTS_ALLOWED],
                                          .order = count };
        count++;
    }
    return count;
}

/* Makes each value what it is worth over the last starter of twelve teams at the position. */
static void compare_with_waivers(struct candidate *list, size_t count)
{
    static const size_t starters[POSITION_COUNT] = {
        [POSITION_QB] = 13, [POSITION_RB] = 32, [POSITION_WR] = 38,
        [POSITION_TE] = 13, [POSITION_K] = 12,  [POSITION_DEF] = 12,
    };
    qsort(list, count, sizeof(*list), by_value);
    for (size_t position = 0; position < POSITION_COUNT; position++) {
        size_t seen = 0;
        int64_t base = 0;
        for (size_t i = 0; i < count && starters[position] > 0; i++) {
            if (list[i].position == position && ++seen == starters[position]) {
                base = list[i].value;
            }
        }
        for (size_t i = 0; i < count; i++) {
            list[i].value -= list[i].position == position ? base : 0;
        }
    }
    qsort(list, count, sizeof(*list), by_value);
}

static void write_rank(struct sample *sample, const struct candidate *candidate, size_t rank)
{
    struct batches *batches = &sample->data->batches[IMPORT_RANKINGS];
    struct json *json = batch_row(batches);
    json_member_text(json, S("sample"), candidate->id);
    json_member_text(json, S("name"), candidate->name);
    json_member_text(json, S("key"), name_key(sample->data->arena, candidate->name));
    json_member_text(json, S("position"), position_key(candidate->position));
    json_member_text(json, S("team"), sample_club(candidate->club));
    json_key(json, S("adp"));
    json_raw(json, arena_format(sample->data->arena, "%zu.%d", rank, sample_between(sample, 0, 9)));
    batch_row_end(batches);
    sample->data->report.tallies[IMPORT_RANKINGS].read++;
}

void sample_draft_order(struct sample *sample)
{
    struct candidate *list =
        ARENA_ARRAY(sample->data->arena, SAMPLE_PLAYERS + SAMPLE_CLUBS, struct candidate);
    size_t count = gather(sample, list);
    size_t rank = 0;
    size_t late = LATE;
    compare_with_waivers(list, count);
    for (size_t i = 0; i < count; i++) {
        bool is_late = list[i].position == POSITION_K || list[i].position == POSITION_DEF;
        size_t *place = is_late ? &late : &rank;
        if (++*place <= DRAFTED_LAST) {
            write_rank(sample, &list[i], *place);
        }
    }
}
