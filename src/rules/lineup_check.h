/* Whether a proposed lineup is legal, naming every fault and not just the first.
 *
 * Rules: features.md rows 47 (slots), 49 and 50 (locks), 54 (injured reserve), 55 (taxi), 58
 * (over-limit rosters may still set lineups); api-inventory 5.7. A lineup names the player of each
 * slot; owned players in no slot, or in a BN slot, are on the bench. */
#ifndef ASTRALFIELD_RULES_LINEUP_CHECK_H
#define ASTRALFIELD_RULES_LINEUP_CHECK_H

#include "base/time.h"
#include "rules/limits.h"
#include "rules/slot.h"

enum player_status {
#define PLAYER_STATUS(name, key) PLAYER_STATUS_##name,
#include "rules/player_status.def"
#undef PLAYER_STATUS
    PLAYER_STATUS_COUNT
};

/* The key of a status, and the status of a key (PLAYER_STATUS_COUNT when there is none). */
struct slice player_status_key(enum player_status status);
enum player_status player_status_from(struct slice key);

typedef uint32_t status_mask; /* bit s for status s */

#define STATUS_BIT(name) ((status_mask)1u << PLAYER_STATUS_##name)

/* What goes to injured reserve when a league says nothing else: long-term lists and OUT. */
#define RESERVE_STATUSES_DEFAULT                                                                   \
    (STATUS_BIT(IR) | STATUS_BIT(PUP) | STATUS_BIT(NFI) | STATUS_BIT(OUT))

enum lineup_lock {
    LOCK_AT_KICKOFF,    /* each player at his own game's kickoff */
    LOCK_AT_FIRST_GAME, /* everybody at the week's first kickoff */
    LOCK_NEVER          /* the commissioner's override, and best ball */
};

struct roster_player {
    int64_t id; /* above 0, unique on the roster */
    position_mask positions;
    enum player_status status;
    bool is_taxi_eligible; /* young enough, before the deadline, never promoted */
    utime kickoff;         /* of his game this week; 0 on a bye: he never locks by himself */
};

struct lineup_change {
    const struct roster_player *roster;
    size_t roster_count; /* at most ROSTER_MAX */
    const enum slot *slots;
    size_t slot_count;       /* at most SLOTS_MAX */
    const int64_t *previous; /* player id per slot, 0 for empty; a player gone since is ignored */
    const int64_t *proposed; /* the same for what is asked */
    enum lineup_lock lock;
    utime first_kickoff; /* of the week, 0 when there is none; for LOCK_AT_FIRST_GAME */
    utime now;
    status_mask reserve_statuses; /* who may enter IR */
};

enum lineup_fault_code {
#define LINEUP_FAULT(name, key, sentence) LINEUP_FAULT_##name,
#include "rules/lineup_fault.def"
#undef LINEUP_FAULT
    LINEUP_FAULT_COUNT
};

struct lineup_fault_info {
    struct slice key;      /* "player-locked" */
    struct slice sentence; /* for people */
};

const struct lineup_fault_info *lineup_fault_info(enum lineup_fault_code code);

struct lineup_fault {
    enum lineup_fault_code code;
    int16_t player;    /* index into roster, -1 when he is not on it */
    int16_t slot;      /* index into slots, -1 for the bench */
    int64_t player_id; /* as in `proposed` or `roster` */
};

enum { LINEUP_FAULTS_MAX = 4 * SLOTS_MAX + 2 * ROSTER_MAX };

/* Writes every fault, slots in order first, then players no longer in a slot; returns how many.
 * 0 means legal. Moving between two slots of one name (RB to RB) is no change, so a locked player
 * may be shown in either. A player already on IR may stay there after he has recovered
 * (lineup_count_recovered tells), a locked bench player may not start, and nobody may take a
 * locked starter's place. BENCH_FULL is given only when this change makes the bench overfull. */
size_t lineup_check(const struct lineup_change *change,
                    struct lineup_fault ret_faults[LINEUP_FAULTS_MAX]);

/* Whether a player cannot be moved (nor dropped while he starts) at `now`. */
bool lineup_is_locked(enum lineup_lock lock, utime kickoff, utime first_kickoff, utime now);

/* How many players stand in `previous` on IR with a status that no longer allows it: such a team
 * may set lineups and trade, but not add (features.md row 54). */
size_t lineup_count_recovered(const struct lineup_change *change);

#endif
