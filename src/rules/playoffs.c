#include "rules/playoffs.h"

#include "base/check.h"

uint8_t bracket_round_count(uint8_t team_count)
{
    CHECK(team_count >= 2);
    CHECK(team_count <= BRACKET_TEAMS_MAX);
    uint8_t rounds = 1;
    while ((1u << rounds) < team_count) {
        rounds++;
    }
    return rounds;
}

static uint8_t round_weeks(const struct bracket_settings *settings, uint8_t round)
{
    bool is_final = round == bracket_round_count(settings->team_count);
    bool is_long = settings->length == ROUND_TWO_WEEKS ||
                   (settings->length == ROUND_TWO_WEEK_FINAL && is_final);
    return is_long ? 2 : 1;
}

static uint8_t round_first_week(const struct bracket_settings *settings, uint8_t round)
{
    unsigned length = settings->length == ROUND_TWO_WEEKS ? 2 : 1;
    return (uint8_t)(settings->start_week + (round - 1u) * length);
}

uint8_t bracket_last_week(const struct bracket_settings *settings)
{
    uint8_t rounds = bracket_round_count(settings->team_count);
    return (uint8_t)(round_first_week(settings, rounds) + round_weeks(settings, rounds) - 1);
}

/* Adds a match without sides and returns it. */
static struct bracket_match *add_match(struct bracket *bracket, uint8_t round)
{
    CHECK(bracket->match_count < BRACKET_MATCHES_MAX);
    struct bracket_match *match = &bracket->matches[bracket->match_count++];
    *match = (struct bracket_match){
        .round = round,
        .first_week = round_first_week(&bracket->settings, round),
        .week_count = round_weeks(&bracket->settings, round),
    };
    return match;
}

/* The better seed at home. */
static void set_sides(struct bracket_match *match, uint8_t home, uint8_t away)
{
    bool is_swapped = home != 0 && away != 0 && home > away;
    uint8_t from = match->home_from;
    match->home = is_swapped ? away : home;
    match->away = is_swapped ? home : away;
    match->home_from = is_swapped ? match->away_from : from;
    match->away_from = is_swapped ? from : match->away_from;
}

/* Places 1 … size so that the best seeds meet last: 1 8 4 5 2 7 3 6. */
static void place_seeds(uint8_t size, uint8_t ret_places[BRACKET_TEAMS_MAX])
{
    ret_places[0] = 1;
    for (uint8_t filled = 1; filled < size; filled = (uint8_t)(2 * filled)) {
        for (uint8_t i = filled; i > 0; i--) {
            uint8_t seed = ret_places[i - 1];
            ret_places[2 * i - 2] = seed;
            ret_places[2 * i - 1] = (uint8_t)(2 * filled + 1 - seed);
        }
    }
}

/* What stands at one place of a round: a seed, or the match it comes from, or nobody. */
struct entrant {
    uint8_t seed;
    uint8_t from;
};

/* Adds the matches of a round and halves the entrants to those of the next. */
static void draw_round(struct bracket *bracket, uint8_t round, struct entrant *entrants)
{
    size_t match_count = (size_t)1 << (bracket->round_count - round);
    for (size_t i = 0; i < match_count; i++) {
        struct entrant home = entrants[2 * i];
        struct entrant away = entrants[2 * i + 1];
        if (away.seed == 0 && away.from == 0) {
            entrants[i] = home; /* a bye: only ever the worse place of a pair of round 1 */
            continue;
        }
        struct bracket_match *match = add_match(bracket, round);
        bool is_open = bracket->settings.is_reseeded && round > 1;
        if (!is_open) {
            match->home_from = home.from;
            match->away_from = away.from;
            set_sides(match, home.seed, away.seed);
        }
        entrants[i] = (struct entrant){ .from = bracket->match_count };
    }
}

void bracket_make(const struct bracket_settings *settings, struct bracket *ret_bracket)
{
    CHECK(settings->first_seed >= 1);
    CHECK(settings->start_week >= 1);
    CHECK(bracket_last_week(settings) <= WEEKS_MAX);
    *ret_bracket = (struct bracket){ .settings = *settings };
    ret_bracket->round_count = bracket_round_count(settings->team_count);
    uint8_t size = (uint8_t)(1u << ret_bracket->round_count);
    uint8_t places[BRACKET_TEAMS_MAX];
    place_seeds(size, places);
    struct entrant entrants[BRACKET_TEAMS_MAX] = { { 0 } };
    for (size_t i = 0; i < size; i++) {
        bool is_team = places[i] <= settings->team_count;
        entrants[i].seed = is_team ? (uint8_t)(places[i] + settings->first_seed - 1) : 0;
    }
    for (uint8_t round = 1; round <= ret_bracket->round_count; round++) {
        draw_round(ret_bracket, round, entrants);
    }
    uint8_t final = ret_bracket->match_count;
    ret_bracket->matches[final - 1].place = 1;
    if (settings->has_third_place && settings->team_count >= 4) {
        struct bracket_match *third = add_match(ret_bracket, ret_bracket->round_count);
        third->place = 3;
        if (!settings->is_reseeded) {
            third->home_from = ret_bracket->matches[final - 1].home_from;
            third->away_from = ret_bracket->matches[final - 1].away_from;
        }
    }
}

/* Who goes on from a decided match, or who does not. */
static uint8_t leaver(const struct bracket *bracket, const struct bracket_match *match, bool is_on)
{
    return bracket->settings.loser_advances == is_on ? match->loser : match->winner;
}

/* The two sides of a match of the round after next, by the matches they come from; a side that is
 * known already (a bye) stays. */
static void fill_drawn(struct bracket *bracket, struct bracket_match *match)
{
    bool is_on = match->place != 3;
    uint8_t home = match->home;
    uint8_t away = match->away;
    if (home == 0) {
        home = leaver(bracket, &bracket->matches[match->home_from - 1], is_on);
    }
    if (away == 0) {
        away = leaver(bracket, &bracket->matches[match->away_from - 1], is_on);
    }
    set_sides(match, home, away);
}

/* Those who go on from a round (or do not), best seed first, with the match they come from. */
static size_t list_leavers(const struct bracket *bracket, uint8_t round, bool is_on,
                           struct entrant ret_list[BRACKET_TEAMS_MAX])
{
    const struct bracket_settings *settings = &bracket->settings;
    size_t count = 0;
    size_t byes = ((size_t)1 << bracket->round_count) - settings->team_count;
    for (size_t i = 0; round == 1 && is_on && i < byes; i++) {
        ret_list[count++] = (struct entrant){ .seed = (uint8_t)(settings->first_seed + i) };
    }
    for (uint8_t i = 0; i < bracket->match_count; i++) {
        const struct bracket_match *match = &bracket->matches[i];
        if (match->round != round) {
            continue;
        }
        struct entrant entrant = { .seed = leaver(bracket, match, is_on),
                                   .from = (uint8_t)(i + 1) };
        size_t at = count++;
        while (at > 0 && ret_list[at - 1].seed > entrant.seed) {
            ret_list[at] = ret_list[at - 1];
            at--;
        }
        ret_list[at] = entrant;
    }
    return count;
}

/* Fills the round after `round` with reseeding: the best left meets the worst left. */
static void fill_reseeded(struct bracket *bracket, uint8_t round)
{
    struct entrant on[BRACKET_TEAMS_MAX];
    struct entrant out[BRACKET_TEAMS_MAX];
    size_t on_count = list_leavers(bracket, round, true, on);
    size_t out_count = list_leavers(bracket, round, false, out);
    size_t pair = 0;
    for (uint8_t i = 0; i < bracket->match_count; i++) {
        struct bracket_match *match = &bracket->matches[i];
        if (match->round != round + 1) {
            continue;
        }
        bool is_third = match->place == 3;
        CHECK(is_third ? out_count == 2 : 2 * pair < on_count);
        struct entrant home = is_third ? out[0] : on[pair];
        struct entrant away = is_third ? out[1] : on[on_count - 1 - pair];
        match->home_from = home.from;
        match->away_from = away.from;
        set_sides(match, home.seed, away.seed);
        pair += !is_third;
    }
}

bool bracket_decide(struct bracket *bracket, uint8_t match, points home_points, points away_points)
{
    CHECK(match >= 1);
    CHECK(match <= bracket->match_count);
    struct bracket_match *played = &bracket->matches[match - 1];
    CHECK(played->home != 0);
    CHECK(played->away != 0);
    CHECK(played->winner == 0);
    bool is_home = home_points >= away_points; /* the better seed is at home */
    played->winner = is_home ? played->home : played->away;
    played->loser = is_home ? played->away : played->home;
    uint8_t round = bracket_current_round(bracket);
    if (round == played->round) {
        return false;
    }
    for (uint8_t i = 0; round != 0 && i < bracket->match_count; i++) {
        if (bracket->matches[i].round == round && !bracket->settings.is_reseeded) {
            fill_drawn(bracket, &bracket->matches[i]);
        }
    }
    if (round != 0 && bracket->settings.is_reseeded) {
        fill_reseeded(bracket, played->round);
    }
    return true;
}

uint8_t bracket_current_round(const struct bracket *bracket)
{
    for (size_t i = 0; i < bracket->match_count; i++) {
        if (bracket->matches[i].winner == 0) {
            return bracket->matches[i].round;
        }
    }
    return 0;
}

uint8_t bracket_champion(const struct bracket *bracket)
{
    for (size_t i = 0; i < bracket->match_count; i++) {
        if (bracket->matches[i].place == 1) {
            return leaver(bracket, &bracket->matches[i], true);
        }
    }
    return 0;
}
