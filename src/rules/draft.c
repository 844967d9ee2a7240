#include "rules/draft.h"

#include "base/check.h"

uint32_t draft_pick_count(const struct draft_shape *shape)
{
    CHECK(shape->team_count >= 2);
    CHECK(shape->team_count <= TEAMS_MAX);
    CHECK(shape->round_count >= 1);
    CHECK(shape->round_count <= DRAFT_ROUNDS_MAX);
    return (uint32_t)shape->team_count * shape->round_count;
}

uint8_t draft_round(const struct draft_shape *shape, uint32_t pick)
{
    CHECK(pick >= 1);
    CHECK(pick <= draft_pick_count(shape));
    return (uint8_t)((pick - 1) / shape->team_count + 1);
}

/* Whether a round goes from the last slot to the first. */
static bool is_backward(const struct draft_shape *shape, uint8_t round)
{
    bool is_turned = shape->kind == DRAFT_SNAKE && round % 2 == 0;
    bool is_reversed = shape->reversal_round != 0 && round >= shape->reversal_round;
    return is_turned != is_reversed;
}

uint8_t draft_slot(const struct draft_shape *shape, uint32_t pick)
{
    uint8_t round = draft_round(shape, pick);
    uint32_t place = (pick - 1) % shape->team_count + 1;
    return (uint8_t)(is_backward(shape, round) ? shape->team_count + 1 - place : place);
}

uint32_t draft_pick(const struct draft_shape *shape, uint8_t round, uint8_t slot)
{
    CHECK(round >= 1);
    CHECK((uint32_t)round * shape->team_count <= draft_pick_count(shape));
    CHECK(slot >= 1);
    CHECK(slot <= shape->team_count);
    uint32_t place = is_backward(shape, round) ? shape->team_count + 1u - slot : slot;
    return (uint32_t)(round - 1) * shape->team_count + place;
}
