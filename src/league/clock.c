/* The clock of a league that replays a stored season. */
#include "league/finalize.h"

enum error league_clock_set(struct change *change, int64_t league_id, utime at)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    if (change->league.replay_at == 0) {
        return refuse(change->faults, E_LEAGUE_STATE, "%.*s is played in real time.",
                      FMT(change->league.name));
    }
    if (at < change->league.replay_at) {
        return refuse(change->faults, E_LEAGUE_STATE, "A league's clock goes forward only.");
    }
    char from[UTIME_TEXT_MAX];
    char to[UTIME_TEXT_MAX];
    struct slice was = utime_print(change->league.replay_at, from);
    struct slice is = utime_print(at, to);
    struct slice reply = arena_format(change->arena, "{\"replayAt\":\"%.*s\"}", FMT(is));
    if (at == change->league.replay_at) {
        return change_commit_nothing(change, reply);
    }
    tx_send(&change->tx, SQL_PLAY_CLOCK_SET, PARAMS(P_INT(league_id), P_TIME(at)));
    change_event(change, &(struct event){ .kind = S("league.clock_set"),
                                          .payload = arena_format(
                                              change->arena, "{\"from\":\"%.*s\",\"to\":\"%.*s\"}",
                                              FMT(was), FMT(is)) });
    return change_commit(change, reply);
}
