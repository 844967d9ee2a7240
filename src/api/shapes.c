/* Parameters that writes share, the League document, and the reply after a command. */
#include "api/shapes.h"

/* ---- parameters ---- */

static const struct field keyed_league_fields[] = {
    FIELD(struct keyed_path, id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .doc = "League id."),
    IDEMPOTENCY_KEY(struct keyed_path),
};
const struct schema keyed_league_path =
    SCHEMA("KeyedLeaguePath", struct keyed_path, keyed_league_fields, "A write to a league.");

static const struct field keyed_team_fields[] = {
    FIELD(struct keyed_path, id, "teamId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,
          .doc = "Team id."),
    IDEMPOTENCY_KEY(struct keyed_path),
};
const struct schema keyed_team_path =
    SCHEMA("KeyedTeamPath", struct keyed_path, keyed_team_fields, "A write to a team.");

static const struct field key_only_fields[] = { IDEMPOTENCY_KEY(struct key_only) };
const struct schema key_only =
    SCHEMA("KeyOnly", struct key_only, key_only_fields, "A write that can be repeated.");

/* ---- settings ---- */

static const char *const presets[] = { "standard", "half", "ppr", "custom", NULL };
static const char *const slots[] = {
#define SLOT(name, key, espn, positions, kind) key,
#include "rules/slot.def"
#undef SLOT
    NULL
};

static const struct field slot_fields[] = {
    REPLY("slot", T_ENUM, .values = slots, .required = true),
    REPLY("count", T_INTEGER, .required = true, .min = 0, .max = 40),
};
static const struct schema slot_reply =
    REPLY_SCHEMA("RosterSlot", slot_fields, "A slot of a roster and how many there are of it.");

static const struct field rule_fields[] = {
    REPLY("stat", T_STRING, .required = true, .doc = "Key of a statistic."),
    REPLY("points", T_DECIMAL, .required = true),
    REPLY("from", T_DECIMAL, .required = true, .nullable = true,
          .doc = "With from or to the points are paid once, when from <= statistic < to."),
    REPLY("to", T_DECIMAL, .required = true, .nullable = true),
    REPLY(
        "step", T_DECIMAL, .required = true, .nullable = true,
        .doc =
            "A rule with from or to and a step pays per unit of the part that lies there. Above 0 "
            "whole steps of so many units are paid only; 0 pays fractions too."),
    REPLY("positions", T_ARRAY, .items = T_ENUM, .values = positions, .required = true,
          .doc = "Whom the rule pays; empty: everybody."),
};
static const struct schema rule_reply =
    REPLY_SCHEMA("ScoringRule", rule_fields, "What a statistic is worth.");

static const char *const round_types[] = { "one_week", "two_week_final", "two_week", NULL };
static const char *const consolations[] = { "none", "consolation", "toilet_bowl", NULL };
static const char *const tiebreaks[] = {
    "astralfield", "espn", "sleeper", "yahoo", "custom", NULL
};
static const char *const lock_rules[] = { "kickoff", "first_game", NULL };
static const char *const waiver_kinds[] = { "faab", "rolling", "reset", "none", NULL };
static const char *const reviews[] = { "none", "commissioner", "vote", NULL };
static const char *const draft_kinds[] = { "snake", "linear", "third_round_reversal", NULL };

static const struct field settings_fields[] = {
    REPLY("maxTeams", T_INTEGER, .required = true),
    REPLY("preset", T_ENUM, .values = presets, .required = true),
    REPLY("visibility", T_ENUM, .values = visibilities, .required = true),
    REPLY("openToJoin", T_BOOLEAN, .required = true),
    REPLY("timeZone", T_STRING, .required = true),
    REPLY("bestBall", T_BOOLEAN, .required = true),
    REPLY("rosterSlots", T_ARRAY, .of = &slot_reply, .required = true),
    REPLY("scoringRules", T_ARRAY, .of = &rule_reply, .required = true),
    REPLY("startWeek", T_INTEGER, .required = true),
    REPLY("regularWeeks", T_INTEGER, .required = true),
    REPLY("playoffStartWeek", T_INTEGER, .required = true),
    REPLY("playoffTeams", T_INTEGER, .required = true, .doc = "0: a league without playoffs."),
    REPLY("playoffRoundType", T_ENUM, .values = round_types, .required = true),
    REPLY("reseed", T_BOOLEAN, .required = true),
    REPLY("thirdPlaceGame", T_BOOLEAN, .required = true),
    REPLY("consolation", T_ENUM, .values = consolations, .required = true),
    REPLY("medianGame", T_BOOLEAN, .required = true),
    REPLY("tiebreak", T_ENUM, .values = tiebreaks, .required = true),
    REPLY("finalDelayHours", T_INTEGER, .required = true),
    REPLY("lockRule", T_ENUM, .values = lock_rules, .required = true),
    REPLY("irStatuses", T_ARRAY, .items = T_STRING, .required = true),
    REPLY("addsPerWeek", T_INTEGER, .required = true, .nullable = true),
    REPLY("addsPerSeason", T_INTEGER, .required = true, .nullable = true),
    REPLY("waiverKind", T_ENUM, .values = waiver_kinds, .required = true),
    REPLY("waiverHours", T_INTEGER, .required = true),
    REPLY("waiverContinuous", T_BOOLEAN, .required = true),
    REPLY("faabBudget", T_INTEGER, .required = true),
    REPLY("faabMinBid", T_INTEGER, .required = true),
    REPLY("tradeDeadlineWeek", T_INTEGER, .required = true, .nullable = true),
    REPLY("tradeReview", T_ENUM, .values = reviews, .required = true),
    REPLY("tradeReviewHours", T_INTEGER, .required = true),
    REPLY("tradeVetoVotes", T_INTEGER, .required = true, .nullable = true),
    REPLY("tradeExpiryHours", T_INTEGER, .required = true),
    REPLY("draftKind", T_ENUM, .values = draft_kinds, .required = true),
    REPLY("secondsPerPick", T_INTEGER, .required = true),
};
static const struct schema settings_reply = REPLY_SCHEMA(
    "LeagueSettings", settings_fields,
    "Every setting of a league. The same names are taken, each alone or with others, when a league "
    "is made or changed.");

/* ---- a league ---- */

static const char *const roles[] = { "commissioner", "co_commissioner", "manager", "viewer", NULL };

static const struct field league_team_fields[] = {
    TEAM_REF_MEMBERS,
    REPLY("ownerUserId", T_INTEGER, .required = true, .nullable = true),
};
static const struct schema league_team =
    REPLY_SCHEMA("LeagueTeam", league_team_fields, "A team of a league, with its first owner.");

static const char *const week_kinds[] = { "regular", "playoff", NULL };
static const struct field week_fields[] = {
    REPLY("week", T_INTEGER, .required = true),
    REPLY("firstWeek", T_INTEGER, .required = true,
          .doc = "The week before, in the second week of a two-week matchup; else the same."),
    REPLY("kind", T_ENUM, .values = week_kinds, .required = true),
    REPLY("state", T_ENUM, .values = week_states, .required = true),
    REPLY("startsAt", T_TIME, .required = true, .nullable = true, .doc = "The first kickoff."),
};
static const struct schema week_reply =
    REPLY_SCHEMA("LeagueWeek", week_fields, "A week that a league plays.");

static const struct field source_fields[] = {
    REPLY("platform", T_STRING, .required = true),
    REPLY("leagueId", T_STRING, .required = true),
};
static const struct schema source_reply =
    REPLY_SCHEMA("LeagueOrigin", source_fields, "Where an imported league came from.");

static const struct field neighbour_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
};
static const struct schema neighbour_reply =
    REPLY_SCHEMA("LeagueNeighbour", neighbour_fields, "The season before or after a league's.");

static const char *const league_kinds[] = { "redraft", "keeper", "dynasty", NULL };

static const struct field league_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("state", T_ENUM, .values = league_states, .required = true),
    REPLY("visibility", T_ENUM, .values = visibilities, .required = true),
    REPLY("teamCount", T_INTEGER, .required = true, .doc = "Teams there are."),
    REPLY("maxTeams", T_INTEGER, .required = true),
    REPLY("currentWeek", T_INTEGER, .required = true, .nullable = true),
    REPLY("isSample", T_BOOLEAN, .required = true),
    REPLY("isMember", T_BOOLEAN, .required = true),
    REPLY("scoringPreset", T_ENUM, .values = presets, .required = true),
    REPLY("source", T_OBJECT, .of = &source_reply, .required = true, .nullable = true),
    REPLY("seq", T_INTEGER, .required = true, .doc = "Number of the newest event of its ledger."),
    REPLY("slug", T_STRING, .required = true),
    REPLY("replayAt", T_TIME, .required = true, .nullable = true,
          .doc = "Where the clock stands in a league that replays a past season."),
    REPLY("role", T_ENUM, .values = roles, .required = true, .nullable = true,
          .doc = "The caller's; null for who is no member."),
    REPLY("myTeamId", T_INTEGER, .required = true, .nullable = true),
    REPLY("settings", T_OBJECT, .of = &settings_reply, .required = true),
    REPLY("teams", T_ARRAY, .of = &league_team, .required = true),
    REPLY("draftId", T_INTEGER, .required = true, .nullable = true),
    REPLY("weeks", T_ARRAY, .of = &week_reply, .required = true),
    REPLY("championTeamId", T_INTEGER, .required = true, .nullable = true),
    REPLY("kind", T_ENUM, .values = league_kinds, .required = true,
          .doc = "Who stays on a team when the league is renewed: nobody, some, everybody."),
    REPLY("previousLeague", T_OBJECT, .of = &neighbour_reply, .required = true, .nullable = true,
          .doc = "Null also for one the caller may not see."),
    REPLY("nextLeague", T_OBJECT, .of = &neighbour_reply, .required = true, .nullable = true),
};
const struct schema league_reply =
    REPLY_SCHEMA("League", league_fields, "A league as its caller sees it.");

const char *const week_states[] = { "upcoming", "open", "provisional", "final", NULL };

/* ---- answers ---- */

struct param caller_param(const struct request *request)
{
    return request->caller.user_id == 0 ? P_NULL : P_INT(request->caller.user_id);
}

enum error reply_fresh(struct request *request, const struct change *change, enum sql_id id,
                       struct params params)
{
    if (change->is_repeat) {
        reply_status(request, change->status == 0 ? 200 : change->status);
    } else {
        request_changed(request, change);
    }
    return reply_query(request, id, params);
}
