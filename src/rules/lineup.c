#include "rules/lineup.h"

#include "base/check.h"
#include "rules/slot_fit.h"

_Static_assert((int)FIT_EMPTY == (int)LINEUP_EMPTY, "an empty slot is written alike");

static bool is_better(const struct lineup_player *a, const struct lineup_player *b)
{
    return a->points != b->points ? a->points > b->points : a->id < b->id;
}

/* Indexes of the players from best to worst. */
static void sort_players(const struct lineup *lineup, int16_t ret_order[ROSTER_MAX])
{
    for (size_t i = 0; i < lineup->player_count; i++) {
        size_t at = i;
        while (at > 0 && is_better(&lineup->players[i], &lineup->players[ret_order[at - 1]])) {
            ret_order[at] = ret_order[at - 1];
            at--;
        }
        ret_order[at] = (int16_t)i;
    }
}

/* Whether the holder of slot `j` may stand in slot `i`, and `i`'s holder in `j`. */
static bool can_exchange(const struct slot_fit *fit, size_t i, size_t j)
{
    if (fit->holder[j] == FIT_EMPTY || (fit->player[fit->holder[j]] & fit->accepts[i]) == 0) {
        return false;
    }
    return fit->holder[i] == FIT_EMPTY || (fit->player[fit->holder[i]] & fit->accepts[j]) != 0;
}

/* Puts the better players into the earlier slots; nobody enters or leaves the lineup. */
static void tidy(const struct lineup *lineup, struct slot_fit *fit)
{
    for (size_t i = 0; i < fit->slot_count; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < fit->slot_count; j++) {
            if (can_exchange(fit, i, j) && (fit->holder[best] == FIT_EMPTY ||
                                            is_better(&lineup->players[fit->holder[j]],
                                                      &lineup->players[fit->holder[best]]))) {
                best = j;
            }
        }
        int16_t holder = fit->holder[i];
        fit->holder[i] = fit->holder[best];
        fit->holder[best] = holder;
    }
}

int64_t lineup_best(const struct lineup *lineup, int16_t ret_player[SLOTS_MAX])
{
    CHECK(lineup->player_count <= ROSTER_MAX);
    CHECK(lineup->slot_count <= SLOTS_MAX);
    int16_t order[ROSTER_MAX];
    sort_players(lineup, order);
    struct slot_fit fit;
    fit_init(&fit, lineup->slots, lineup->slot_count);
    int64_t total = 0;
    for (size_t i = 0; i < lineup->player_count; i++) {
        const struct lineup_player *player = &lineup->players[order[i]];
        if (player->points >= 0 && fit_add(&fit, order[i], player->positions)) {
            total += player->points;
        }
    }
    tidy(lineup, &fit);
    for (size_t i = 0; i < lineup->slot_count; i++) {
        ret_player[i] = fit.holder[i];
    }
    return total;
}
