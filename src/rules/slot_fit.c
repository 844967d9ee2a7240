#include "rules/slot_fit.h"

#include "base/check.h"

void fit_init(struct slot_fit *fit, const enum slot *slots, size_t slot_count)
{
    CHECK(slot_count <= SLOTS_MAX);
    *fit = (struct slot_fit){ .slot_count = slot_count };
    for (size_t i = 0; i < slot_count; i++) {
        const struct slot_info *info = slot_info(slots[i]);
        fit->accepts[i] = info->kind == SLOT_KIND_STARTER ? info->positions : 0;
        fit->holder[i] = FIT_EMPTY;
    }
}

/* The path of exchanges found so far: slots in the order they were reached. */
struct path {
    bool is_reached[SLOTS_MAX];
    int16_t from[SLOTS_MAX]; /* the slot whose holder would move here; FIT_EMPTY for the newcomer */
    int16_t queue[SLOTS_MAX];
    size_t queue_len;
};

/* Reaches every new slot that takes `positions`; returns an empty one, or FIT_EMPTY. */
static int16_t path_reach(struct path *path, const struct slot_fit *fit, int16_t from,
                          position_mask positions)
{
    for (size_t i = 0; i < fit->slot_count; i++) {
        if (path->is_reached[i] || (fit->accepts[i] & positions) == 0) {
            continue;
        }
        path->is_reached[i] = true;
        path->from[i] = from;
        if (fit->holder[i] == FIT_EMPTY) {
            return (int16_t)i;
        }
        path->queue[path->queue_len++] = (int16_t)i;
    }
    return FIT_EMPTY;
}

bool fit_add(struct slot_fit *fit, int16_t player, position_mask positions)
{
    CHECK(player >= 0);
    CHECK(player < ROSTER_MAX);
    struct path path = { .queue_len = 0 };
    int16_t end = path_reach(&path, fit, FIT_EMPTY, positions);
    for (size_t i = 0; end == FIT_EMPTY && i < path.queue_len; i++) {
        int16_t slot = path.queue[i];
        end = path_reach(&path, fit, slot, fit->player[fit->holder[slot]]);
    }
    if (end == FIT_EMPTY) {
        return false;
    }
    while (path.from[end] != FIT_EMPTY) {
        fit->holder[end] = fit->holder[path.from[end]];
        end = path.from[end];
    }
    fit->holder[end] = player;
    fit->player[player] = positions;
    return true;
}
