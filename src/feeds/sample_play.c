/* Plays the sample season down by down, so that passes thrown and caught, points and the defence's
 * numbers of one game agree with each other. */
#include "base/check.h"
#include "feeds/sample_parts.h"
#include "feeds/weeks.h"

enum { TD_POINTS = 7, FG_POINTS = 3 };

/* One club's afternoon. */
struct side {
    int club, opponent;
    int gain;                       /* thousandths: the own offence against this defence */
    int tds, field_goals, returned; /* returned: turnovers its defence carried into the end zone */
    bool is_out[SAMPLE_SQUAD];
    struct stat_line lines[SAMPLE_SQUAD];
    struct stat_line club_line; /* what no single player has: recoveries, returns */
};

static void count(struct side *side, int player, enum stat stat, int value)
{
    side->lines[player].values[stat] += value * STAT_ONE;
}

static const struct sample_player *squad(const struct sample *sample, int club)
{
    return &sample->players[(size_t)club * SAMPLE_SQUAD];
}

/* A player of the squad by share; hurt ones leave theirs to the others. */
static int choose(struct sample *sample, const struct side *side, bool is_rush)
{
    const struct sample_player *players = squad(sample, side->club);
    int total = 0;
    int shares[SAMPLE_SQUAD] = { 0 };
    bool has_quarterback = false;
    for (int i = 0; i < SAMPLE_SQUAD; i++) {
        bool is_second = players[i].position == POSITION_QB && has_quarterback;
        has_quarterback |= players[i].position == POSITION_QB && !side->is_out[i];
        if (!side->is_out[i] && !is_second) {
            shares[i] = is_rush ? players[i].carries : players[i].targets;
            total += shares[i];
        }
    }
    CHECK(total > 0); /* a squad has somebody to give the ball to */
    int left = sample_between(sample, 0, total - 1);
    int chosen = 0;
    while (left >= shares[chosen]) {
        left -= shares[chosen++];
    }
    return chosen;
}

/* Yards of a gain: `mean` in tenths of a yard, times the player's skill and the match-up. Sums of
 * two dice with a long tail. */
static int gain(struct sample *sample, const struct side *side, int player, int mean)
{
    int skill = squad(sample, side->club)[player].skill;
    int64_t scaled = (int64_t)mean * skill * side->gain / 1000 / 1000;
    int yards = (int)(scaled * sample_between(sample, 0, 1000) / 1000 / 10 +
                      scaled * sample_between(sample, 0, 600) / 1000 / 10);
    return sample_chance(sample, 45) ? yards + sample_between(sample, 10, 45) : yards;
}

static void lose_ball(struct sample *sample, struct side *other)
{
    other->club_line.values[STAT_FUMBLE_RECOVERY_OPP] += STAT_ONE;
    other->club_line.values[STAT_DEF_FUMBLES_FORCED] += STAT_ONE;
    if (sample_chance(sample, 70)) {
        other->club_line.values[STAT_FUMBLE_RECOVERY_TDS] += STAT_ONE;
        other->returned++;
    }
}

static void fumble(struct sample *sample, struct side *side, struct side *other, int player,
                   enum stat kind, enum stat kind_lost)
{
    count(side, player, STAT_FUMBLES, 1);
    count(side, player, kind, 1);
    if (sample_chance(sample, 500)) {
        count(side, player, STAT_FUMBLES_LOST, 1);
        count(side, player, kind_lost, 1);
        lose_ball(sample, other);
    }
}

static void sack(struct sample *sample, struct side *side, struct side *other, int passer)
{
    count(side, passer, STAT_SACKS_SUFFERED, 1);
    count(side, passer, STAT_SACK_YARDS_LOST, -sample_between(sample, 3, 11));
    if (sample_chance(sample, 100)) {
        fumble(sample, side, other, passer, STAT_SACK_FUMBLES, STAT_SACK_FUMBLES_LOST);
    }
}

static void catch_pass(struct sample *sample, struct side *side, struct side *other, int passer,
                       int catcher)
{
    enum position position = squad(sample, side->club)[catcher].position;
    int mean = position == POSITION_WR ? 152 : position == POSITION_TE ? 128 : 88;
    int yards = gain(sample, side, catcher, mean);
    bool is_td = sample_chance(sample, 66 * side->gain / 1000);
    count(side, passer, STAT_COMPLETIONS, 1);
    count(side, passer, STAT_PASSING_YARDS, yards);
    count(side, passer, STAT_PASSING_FIRST_DOWNS, yards >= 8 || is_td);
    count(side, passer, STAT_PASSING_TDS, is_td);
    count(side, catcher, STAT_RECEPTIONS, 1);
    count(side, catcher, STAT_RECEIVING_YARDS, yards);
    count(side, catcher, STAT_RECEIVING_FIRST_DOWNS, yards >= 8 || is_td);
    count(side, catcher, STAT_RECEIVING_TDS, is_td);
    side->tds += is_td;
    if (!is_td && sample_chance(sample, 9)) {
        fumble(sample, side, other, catcher, STAT_RECEIVING_FUMBLES, STAT_RECEIVING_FUMBLES_LOST);
    }
}

static void pass(struct sample *sample, struct side *side, struct side *other, int passer)
{
    if (sample_chance(sample, 66)) {
        sack(sample, side, other, passer);
        return;
    }
    int catcher = choose(sample, side, false);
    enum position position = squad(sample, side->club)[catcher].position;
    int caught = position == POSITION_RB ? 770 : position == POSITION_TE ? 690 : 630;
    count(side, passer, STAT_ATTEMPTS, 1);
    count(side, catcher, STAT_TARGETS, 1);
    if (sample_chance(sample, caught * squad(sample, side->club)[passer].skill / 1000)) {
        catch_pass(sample, side, other, passer, catcher);
    } else if (sample_chance(sample, 65)) {
        count(side, passer, STAT_PASSING_INTERCEPTIONS, 1);
        if (sample_chance(sample, 90)) {
            other->club_line.values[STAT_DEF_TDS] += STAT_ONE;
            other->returned++;
        }
    }
}

static void rush(struct sample *sample, struct side *side, struct side *other)
{
    int runner = choose(sample, side, true);
    bool is_td = sample_chance(sample, 33 * side->gain / 1000);
    int yards = gain(sample, side, runner, 58) - 1;
    count(side, runner, STAT_CARRIES, 1);
    count(side, runner, STAT_RUSHING_YARDS, yards);
    count(side, runner, STAT_RUSHING_FIRST_DOWNS, yards >= 7 || is_td);
    count(side, runner, STAT_RUSHING_TDS, is_td);
    side->tds += is_td;
    if (!is_td && sample_chance(sample, 9)) {
        fumble(sample, side, other, runner, STAT_RUSHING_FUMBLES, STAT_RUSHING_FUMBLES_LOST);
    }
}

static void kick(struct sample *sample, struct side *side)
{
    static const enum stat made[] = { STAT_FG_MADE_0_19, STAT_FG_MADE_20_29, STAT_FG_MADE_30_39,
                                      STAT_FG_MADE_40_49, STAT_FG_MADE_50_59 };
    static const enum stat missed[] = { STAT_FG_MISSED_0_19, STAT_FG_MISSED_20_29,
                                        STAT_FG_MISSED_30_39, STAT_FG_MISSED_40_49,
                                        STAT_FG_MISSED_50_59 };
    int kicker = SAMPLE_SQUAD - 1;
    int distance = sample_between(sample, 19, 56);
    int band = distance / 10 - 1;
    count(side, kicker, STAT_FG_ATT, 1);
    if (!sample_chance(sample, 1060 - distance * 7)) {
        count(side, kicker, STAT_FG_MISSED, 1);
        count(side, kicker, missed[band], 1);
        return;
    }
    side->field_goals++;
    count(side, kicker, STAT_FG_MADE, 1);
    count(side, kicker, made[band], 1);
    count(side, kicker, STAT_FG_YARDS, distance);
    count(side, kicker, STAT_FG_YARDS_OVER_30, distance > 30 ? distance - 30 : 0);
    if (distance * STAT_ONE > side->lines[kicker].values[STAT_FG_LONG]) {
        side->lines[kicker].values[STAT_FG_LONG] = distance * STAT_ONE;
    }
}

/* The extra points of a side's touchdowns; returns the side's score. */
static int score_side(struct sample *sample, struct side *side)
{
    int kicker = SAMPLE_SQUAD - 1;
    int score = side->field_goals * FG_POINTS;
    for (int i = 0; i < side->tds + side->returned; i++) {
        bool is_good = sample_chance(sample, 950);
        count(side, kicker, STAT_PAT_ATT, 1);
        count(side, kicker, is_good ? STAT_PAT_MADE : STAT_PAT_MISSED, 1);
        score += is_good ? TD_POINTS : TD_POINTS - 1;
    }
    return score;
}

/* Who is hurt today: two in a hundred get hurt each week, for one to five weeks; the kicker and the
 * second quarterback never are. */
static void start_side(struct sample *sample, struct side *side, int week)
{
    side->gain = sample->offense[side->club] * sample->defense[side->opponent] / 1000;
    for (int i = 0; i < SAMPLE_SQUAD; i++) {
        struct sample_player *player = &sample->players[side->club * SAMPLE_SQUAD + i];
        side->is_out[i] = week < player->out_before;
        side->lines[i].has_played = true;
        if (i != 1 && i != SAMPLE_SQUAD - 1 && !side->is_out[i] && sample_chance(sample, 20)) {
            player->out_before = week + 1 + sample_between(sample, 1, 5);
        }
    }
}

static void play_side(struct sample *sample, struct side *side, struct side *other)
{
    int passer = side->is_out[0] ? 1 : 0;
    int passes = sample_between(sample, 27, 43);
    int rushes = sample_between(sample, 21, 33);
    int kicks = sample_between(sample, 0, 2) + sample_between(sample, 0, 2);
    for (int i = 0; i < passes; i++) {
        pass(sample, side, other, passer);
    }
    for (int i = 0; i < rushes; i++) {
        rush(sample, side, other);
    }
    for (int i = 0; i < kicks; i++) {
        kick(sample, side);
    }
}

static void write_side(struct sample *sample, struct side *side, int week)
{
    struct week_row row = { .season_type = S("REG"),
                            .week = week,
                            .team = sample_club(side->club),
                            .opponent = sample_club(side->opponent) };
    for (int i = 0; i < SAMPLE_SQUAD; i++) {
        if (side->is_out[i] || (i == 1 && !side->is_out[0])) {
            continue;
        }
        row.player = squad(sample, side->club)[i].id;
        row.line = side->lines[i];
        stat_derive(&row.line);
        sample->data->report.tallies[IMPORT_STATS].read++;
        week_to_batch(sample->data, IMPORT_STATS, &row);
        for (size_t k = 0; k < STAT_COUNT; k++) {
            side->club_line.values[k] += side->lines[i].values[k];
        }
    }
    row.player = (struct slice){ .ptr = NULL, .len = 0 };
    row.line = side->club_line;
    team_weeks_add(sample->data, &row, STAT_OF_PLAYER);
}

static void play_game(struct sample *sample, struct sample_game *game)
{
    struct side *sides = ARENA_ARRAY(sample->data->arena, 2, struct side);
    for (int i = 0; i < 2; i++) {
        sides[i].club = i == 0 ? game->home : game->away;
        sides[i].opponent = i == 0 ? game->away : game->home;
        start_side(sample, &sides[i], game->week);
    }
    sides[0].gain = sides[0].gain * 102 / 100; /* at home */
    play_side(sample, &sides[0], &sides[1]);
    play_side(sample, &sides[1], &sides[0]);
    game->home_score = score_side(sample, &sides[0]);
    game->away_score = score_side(sample, &sides[1]);
    for (int i = 0; i < 2; i++) {
        write_side(sample, &sides[i], game->week);
    }
}

/* Week by week: injuries carry over. */
void sample_play(struct sample *sample)
{
    for (int week = 1; week <= SAMPLE_WEEKS; week++) {
        sample_projections(sample, week);
        for (size_t i = 0; i < SAMPLE_GAMES; i++) {
            if (sample->games[i].week == week) {
                play_game(sample, &sample->games[i]);
            }
        }
    }
}
