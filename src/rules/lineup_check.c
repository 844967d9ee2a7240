#include "rules/lineup_check.h"

#include "base/check.h"

static const struct lineup_fault_info fault_infos[] = {
#define LINEUP_FAULT(name, key_, sentence_) { .key = S_INIT(key_), .sentence = S_INIT(sentence_) },
#include "rules/lineup_fault.def"
#undef LINEUP_FAULT
};

static const struct slice status_keys[] = {
#define PLAYER_STATUS(name, key_) S_INIT(key_),
#include "rules/player_status.def"
#undef PLAYER_STATUS
};

enum { NOWHERE = -1 };

/* What is known of each roster player: the slot he stood in, the slot asked for. */
struct places {
    const struct lineup_change *change;
    int16_t before[ROSTER_MAX]; /* slot index or NOWHERE */
    int16_t after[ROSTER_MAX];
};

struct faults {
    struct lineup_fault *list;
    size_t count;
};

struct slice player_status_key(enum player_status status)
{
    CHECK(status < PLAYER_STATUS_COUNT);
    return status_keys[status];
}

enum player_status player_status_from(struct slice key)
{
    size_t i = 0;
    while (i < PLAYER_STATUS_COUNT && !slice_eq(status_keys[i], key)) {
        i++;
    }
    return (enum player_status)i;
}

const struct lineup_fault_info *lineup_fault_info(enum lineup_fault_code code)
{
    CHECK(code < LINEUP_FAULT_COUNT);
    return &fault_infos[code];
}

bool lineup_is_locked(enum lineup_lock lock, utime kickoff, utime first_kickoff, utime now)
{
    utime at = lock == LOCK_AT_FIRST_GAME ? first_kickoff : kickoff;
    return lock != LOCK_NEVER && at != 0 && now >= at;
}

static bool is_locked(const struct lineup_change *change, size_t player)
{
    return lineup_is_locked(change->lock, change->roster[player].kickoff, change->first_kickoff,
                            change->now);
}

/* First slot of a list that holds the player, or NOWHERE. */
static int16_t find_slot(const struct lineup_change *change, const int64_t *ids, int64_t id)
{
    for (size_t i = 0; i < change->slot_count; i++) {
        if (ids[i] == id) {
            return (int16_t)i;
        }
    }
    return NOWHERE;
}

static int16_t find_player(const struct lineup_change *change, int64_t id)
{
    for (size_t i = 0; i < change->roster_count; i++) {
        if (change->roster[i].id == id) {
            return (int16_t)i;
        }
    }
    return NOWHERE;
}

static enum slot slot_at(const struct lineup_change *change, int16_t place)
{
    return place == NOWHERE ? SLOT_BN : change->slots[place];
}

static bool has_moved(const struct places *places, size_t player)
{
    return slot_at(places->change, places->before[player]) !=
           slot_at(places->change, places->after[player]);
}

static void add_fault(struct faults *faults, struct lineup_fault fault)
{
    faults->list[faults->count++] = fault;
}

static void find_places(const struct lineup_change *change, struct places *ret_places)
{
    ret_places->change = change;
    for (size_t i = 0; i < change->roster_count; i++) {
        ret_places->before[i] = find_slot(change, change->previous, change->roster[i].id);
        ret_places->after[i] = find_slot(change, change->proposed, change->roster[i].id);
    }
}

/* Whether a locked player stood in this slot and is no longer in one of its name. */
static bool displaces_locked(const struct places *places, size_t slot)
{
    const struct lineup_change *change = places->change;
    int16_t old =
        change->previous[slot] == 0 ? NOWHERE : find_player(change, change->previous[slot]);
    return old != NOWHERE && change->slots[slot] != SLOT_BN && is_locked(change, (size_t)old) &&
           has_moved(places, (size_t)old);
}

/* The faults of an owned player standing in one slot. */
static void check_player(const struct places *places, int16_t slot, int16_t player,
                         struct faults *faults)
{
    const struct lineup_change *change = places->change;
    const struct roster_player *who = &change->roster[player];
    struct lineup_fault fault = { .player = player, .slot = slot, .player_id = who->id };
    if (places->after[player] != slot) {
        fault.code = LINEUP_FAULT_TWICE;
        add_fault(faults, fault);
        return;
    }
    enum slot name = change->slots[slot];
    const struct slot_info *info = slot_info(name);
    if (info->kind == SLOT_KIND_STARTER && (info->positions & who->positions) == 0) {
        fault.code = LINEUP_FAULT_NOT_ELIGIBLE;
        add_fault(faults, fault);
    }
    bool is_moved = has_moved(places, (size_t)player);
    if (is_moved && name == SLOT_IR && (change->reserve_statuses >> who->status & 1u) == 0) {
        fault.code = LINEUP_FAULT_RESERVE_STATUS;
        add_fault(faults, fault);
    }
    if (is_moved && name == SLOT_TAXI && !who->is_taxi_eligible) {
        fault.code = LINEUP_FAULT_TAXI_STATUS;
        add_fault(faults, fault);
    }
    if (is_moved && is_locked(change, (size_t)player)) {
        fault.code = LINEUP_FAULT_PLAYER_LOCKED;
        add_fault(faults, fault);
    }
}

static void check_slot(const struct places *places, int16_t slot, struct faults *faults)
{
    const struct lineup_change *change = places->change;
    int64_t id = change->proposed[slot];
    if (id == 0) {
        return;
    }
    int16_t player = find_player(change, id);
    struct lineup_fault fault = { .player = player, .slot = slot, .player_id = id };
    if (player == NOWHERE) {
        fault.code = LINEUP_FAULT_NOT_OWNED;
        add_fault(faults, fault);
    } else {
        check_player(places, slot, player, faults);
    }
    if (displaces_locked(places, (size_t)slot)) {
        fault.code = LINEUP_FAULT_DISPLACES_LOCKED;
        add_fault(faults, fault);
    }
}

/* Names as many of the newly benched players as do not fit any more. */
static void check_bench(const struct places *places, struct faults *faults)
{
    const struct lineup_change *change = places->change;
    size_t room = 0;
    for (size_t i = 0; i < change->slot_count; i++) {
        room += change->slots[i] == SLOT_BN;
    }
    size_t before = 0;
    size_t after = 0;
    for (size_t i = 0; i < change->roster_count; i++) {
        before += slot_at(change, places->before[i]) == SLOT_BN;
        after += slot_at(change, places->after[i]) == SLOT_BN;
    }
    size_t allowed = before > room ? before : room;
    for (size_t i = 0; i < change->roster_count && after > allowed; i++) {
        if (has_moved(places, i) && slot_at(change, places->after[i]) == SLOT_BN) {
            add_fault(faults, (struct lineup_fault){ .code = LINEUP_FAULT_BENCH_FULL,
                                                     .player = (int16_t)i,
                                                     .slot = places->after[i],
                                                     .player_id = change->roster[i].id });
            after--;
        }
    }
}

size_t lineup_check(const struct lineup_change *change,
                    struct lineup_fault ret_faults[LINEUP_FAULTS_MAX])
{
    CHECK(change->roster_count <= ROSTER_MAX);
    CHECK(change->slot_count <= SLOTS_MAX);
    struct places places;
    find_places(change, &places);
    struct faults faults = { .list = ret_faults };
    for (size_t i = 0; i < change->slot_count; i++) {
        check_slot(&places, (int16_t)i, &faults);
    }
    for (size_t i = 0; i < change->roster_count; i++) {
        if (places.after[i] == NOWHERE && has_moved(&places, i) && is_locked(change, i)) {
            add_fault(&faults, (struct lineup_fault){ .code = LINEUP_FAULT_PLAYER_LOCKED,
                                                      .player = (int16_t)i,
                                                      .slot = NOWHERE,
                                                      .player_id = change->roster[i].id });
        }
    }
    check_bench(&places, &faults);
    return faults.count;
}

size_t lineup_count_recovered(const struct lineup_change *change)
{
    CHECK(change->roster_count <= ROSTER_MAX);
    size_t count = 0;
    for (size_t i = 0; i < change->roster_count; i++) {
        int16_t place = find_slot(change, change->previous, change->roster[i].id);
        bool is_allowed = (change->reserve_statuses >> change->roster[i].status & 1u) != 0;
        count += slot_at(change, place) == SLOT_IR && !is_allowed;
    }
    return count;
}
