/* The league is a ledger: one command is one transaction is one or more events.
 *
 * A command fills a `struct change`, begins it (which locks the league's row, so that commands of
 * one league run one after another), looks, asks the rules, writes rows and events, and commits:
 *
 *     enum error team_rename(struct change *change, int64_t league_id, int64_t team_id,
 *                            struct slice name)
 *     {
 *         TRY(change_begin(change, league_id));
 *         if (change->is_repeat) {
 *             return OK;                             // change->answer is the first answer
 *         }
 *         TRY(change_require_team(change, team_id));
 *         tx_send(&change->tx, SQL_LEAGUE_TEAM_RENAME,
 *                 PARAMS(P_INT(league_id), P_INT(team_id), P_TEXT(name)));
 *         struct json json;
 *         json_init(&json, change->arena);
 *         json_open_object(&json);
 *         json_member_text(&json, S("name"), name);
 *         json_close_object(&json);
 *         change_event(change, &(struct event){ .kind = S("team.renamed"), .team_id = team_id,
 *                                               .payload = json_done(&json) });
 *         return change_commit(change, S("{\"success\":true}"));
 *     }
 *
 * and whoever calls it:
 *
 *     CLEANUP(change_done) struct change change = {
 *         .arena = arena, .faults = faults, .now = utime_now(), .kind = S("team.rename"),
 *         .actor = { .kind = ACTOR_USER, .user_id = 7 }, .command_id = key, .request = body };
 *     TRY(team_rename(&change, 12, 77, S("Bears")));
 *
 * Errors are for the person who asked: refuse(change->faults, E_…, "…"). What slips past the checks
 * in C hits a constraint, whose error comes out of the next tx_query or of change_commit.
 *
 * The hash of an event is SHA-256 over these lines joined by one newline (no newline at the end):
 *
 *     astralfield event 1
 *     the previous event's hash, 64 hexadecimal digits, lower case; 64 zeros before the first
 *     league id
 *     seq
 *     command id
 *     kind
 *     actor kind
 *     actor's user id, or nothing
 *     team id, or nothing
 *     week, or nothing
 *     visibility
 *     at, in microseconds since 1970-01-01T00:00:00Z
 *     payload: the text PostgreSQL gives back for the jsonb column
 *
 * PostgreSQL makes it when the event is stored (function event_hash); ledger_hash makes it again in
 * C for whoever verifies. Only the payload can hold anything but printable ASCII without blanks. */
#ifndef ASTRALFIELD_LEAGUE_LEDGER_H
#define ASTRALFIELD_LEAGUE_LEDGER_H

#include "db/db.h"
#include "rules/lineup_check.h"
#include "rules/playoffs.h"

enum { LEDGER_HASH_BYTES = 32, COMMAND_ID_MIN = 8, COMMAND_ID_MAX = 80, CHANGE_EVENTS_MAX = 4096 };

enum actor_kind {
    ACTOR_USER,
    ACTOR_COMMISSIONER, /* a user, acting with a commissioner's rights */
    ACTOR_OPERATOR,     /* of this installation: the command line, or a user marked so */
    ACTOR_SYSTEM,       /* the clock */
    ACTOR_IMPORT
};

/* "user", "commissioner", "operator", "system", "import" */
struct slice actor_kind_key(enum actor_kind kind);

struct actor {
    enum actor_kind kind;
    int64_t user_id; /* 0 for none; never 0 for ACTOR_USER and ACTOR_COMMISSIONER */
};

enum league_state {
    LEAGUE_SETUP,
    LEAGUE_DRAFTING,
    LEAGUE_IN_SEASON,
    LEAGUE_PLAYOFFS,
    LEAGUE_COMPLETE,
    LEAGUE_STATE_COUNT
};

struct slice league_state_key(enum league_state state);

enum league_role { ROLE_NONE, ROLE_VIEWER, ROLE_MANAGER, ROLE_CO_COMMISSIONER, ROLE_COMMISSIONER };

enum waiver_kind { WAIVER_FAAB, WAIVER_ROLLING, WAIVER_RESET, WAIVER_NONE };

/* Who may read an event: anybody who may see the league, its members, one team, its commissioners,
 * nobody until a later event opens it. */
enum visibility {
    VISIBLE_TO_LEAGUE, /* the usual one */
    VISIBLE_TO_PUBLIC,
    VISIBLE_TO_TEAM, /* needs a team */
    VISIBLE_TO_COMMISSIONER,
    VISIBLE_SEALED /* needs a team */
};

/* A league's row, as of the moment the lock was taken. Text lives in the change's arena. Weeks and
 * counts that a league does not set are 0. Slots, scoring rules and the tie-break chain are loaded
 * by settings.h. */
struct league {
    int64_t id;
    int64_t seq; /* of the newest event before this command */
    enum league_state state;
    struct slice name;
    struct slice slug;
    int season;
    bool is_sample;
    utime replay_at; /* 0: real time */
    bool is_public;
    bool is_open_to_join;
    struct slice time_zone;
    struct slice kind;   /* redraft, keeper, dynasty */
    struct slice format; /* head_to_head, total_points, guillotine */
    bool is_best_ball;
    int64_t scoring_profile_id;

    int team_count; /* as set; teams that exist may be fewer before the draft */
    bool has_median_game;
    int start_week;
    int playoff_start_week; /* last_week + 1 without playoffs */
    int last_week;
    int playoff_teams; /* 0 without playoffs */
    enum round_length playoff_rounds;
    struct slice playoff_tie; /* higher_seed, season_series, bench_points */
    bool is_reseeded;
    bool division_winners_first;
    bool has_third_place_game;
    struct slice consolation; /* none, consolation, toilet_bowl */
    int final_delay_hours;

    enum lineup_lock lock; /* LOCK_NEVER for best ball */
    bool is_bench_locked;
    bool lineups_are_hidden;
    status_mask reserve_statuses;
    int adds_per_week_max;   /* -1: no limit */
    int adds_per_season_max; /* -1: no limit */

    enum waiver_kind waiver_kind;
    bool waiver_is_continuous;
    int waiver_hours;
    bool waiver_auto;
    int faab_budget;
    int faab_min_bid;

    int trade_deadline_week;   /* 0: none */
    struct slice trade_review; /* none, commissioner, vote */
    int trade_review_hours;
    int trade_expiry_hours;
    bool commissioner_is_locked_out;
};

struct event {
    struct slice kind; /* "lineup.set": lower case words joined by dots */
    int64_t team_id;   /* 0: no team */
    int week;          /* 0: no week */
    enum visibility visibility;
    struct slice payload; /* a JSON object; the empty slice stands for {} */
    utime at;             /* when it happened, for imports; 0: now */
};

struct change {
    /* Filled in by whoever gives the command. */
    struct arena *arena;
    struct faults *faults;
    utime now; /* the real clock */
    struct actor actor;
    struct slice command_id; /* Idempotency-Key, or empty */
    struct slice kind;       /* of the command: "lineup.set" */
    struct slice request;    /* what was asked, byte for byte: a repeat must be equal */
    int status;              /* HTTP status of the answer; 0 means 200 */

    /* Filled in by change_begin. */
    struct tx tx;
    struct league league;
    utime league_now;      /* replay_at, or now: what kickoffs are compared with */
    enum league_role role; /* of the acting user */
    int64_t team_id;       /* his team in this league, 0 for none */
    bool is_repeat;        /* given before: `answer` and `status` are the first ones */
    struct slice answer;   /* JSON; also set by change_commit */

    /* The ledger's own. */
    bool is_new_league;
    int64_t seq; /* the newest event so far */
    struct slice request_hash;
    struct slice stored_id; /* command_id, or "~" and the first seq */
};

/* Begins the transaction, locks the league and loads it. E_NOT_FOUND; E_INVALID for a command id
 * that is not 8 to 80 printable ASCII characters or starts with "~"; E_CONFLICT when it was used
 * for another request or by another user; the database's errors. When is_repeat is set, return. */
MUST_CHECK enum error change_begin(struct change *change, int64_t league_id);

/* For the command that makes a league: begins, and looks the command up among the user's own.
 * change_adopt then takes over the row that was inserted, with seq 0. */
MUST_CHECK enum error change_begin_new(struct change *change);
MUST_CHECK enum error change_adopt(struct change *change, int64_t league_id);

/* Reads the league's row again after the command has changed it. */
MUST_CHECK enum error change_reload(struct change *change);

/* Appends an event (without waiting for the database) and returns its seq, which rows that name
 * their event (roster_entries, transactions) can use at once. */
int64_t change_event(struct change *change, const struct event *event);

/* Stores the head, the command with its answer (JSON object, or empty for none), announces, and
 * commits. At least one event must have been appended. Afterwards change->answer is `answer`. */
MUST_CHECK enum error change_commit(struct change *change, struct slice answer);

/* Commits without event and command: for what found nothing to do. */
MUST_CHECK enum error change_commit_nothing(struct change *change, struct slice answer);

/* ---- a command over several leagues, in one transaction ---- */

/* Ends this league's part without committing: stores its head and the command with its answer, or
 * nothing when no event was appended. Then change_enter or change_adopt goes on with the next. */
void change_leave(struct change *change, struct slice answer);

/* Locks and loads another league; as change_begin, but for a command without id. */
MUST_CHECK enum error change_enter(struct change *change, int64_t league_id);

/* Takes over another league that was just inserted. */
MUST_CHECK enum error change_enter_new(struct change *change, int64_t league_id);

/* Rolls back what was not committed. Fits CLEANUP(change_done); accepts one that never began. */
void change_done(struct change *change);

/* A number out of the answer ({"leagueId": 12} gives 12), for repeats; 0 when it is not there. */
int64_t change_answer_id(const struct change *change, const char *member);

/* ---- rights: the wall behind the endpoints' access rules ---- */

/* Operator, system and import always may; a user needs the role. A commissioner is recorded as such
 * from here on. E_FORBIDDEN. */
MUST_CHECK enum error change_require_commissioner(struct change *change);

/* The team's owner; or whoever change_require_commissioner lets through. E_FORBIDDEN. */
MUST_CHECK enum error change_require_team(struct change *change, int64_t team_id);

bool change_is_commissioner(const struct change *change);

/* E_LEAGUE_STATE, in words, unless the league is in one of the states (bits 1u << LEAGUE_…). */
MUST_CHECK enum error change_require_state(struct change *change, unsigned states);

/* ---- the chain ---- */

struct ledger_event {
    unsigned char prev_hash[LEDGER_HASH_BYTES];
    int64_t league_id;
    int64_t seq;
    struct slice command_id;
    struct slice kind;
    struct slice actor_kind;
    int64_t actor_user_id; /* 0: none */
    int64_t team_id;       /* 0: none */
    int week;              /* -1: none (week 0 exists) */
    struct slice visibility;
    utime at;
    struct slice payload; /* payload::text */
};

/* The hash as described at the top. The text that is hashed is made in `arena`. */
void ledger_hash(struct arena *arena, const struct ledger_event *event,
                 unsigned char ret_hash[LEDGER_HASH_BYTES]);

#endif
