/* Weeks, which of them belong together, and slots: as many as the settings say and the lineups use. */
#include "base/check.h"
#include "imports/store_work.h"

enum { SLOT_COUNT_MAX = 40 };

static bool has_scores(const struct import_season *season, int week)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *told = &season->team_weeks.at[i];
        if (told->week == week && told->has_points && told->source_points != 0) {
            return true;
        }
    }
    return false;
}

/* A platform can go on scoring after a season's last game: those weeks are kept too. */
static void find_played(struct work *work)
{
    const struct import_season *season = work->season;
    work->played_through = season->played_through;
    while (season->state == IMPORT_COMPLETE && work->played_through >= work->first_week &&
           work->played_through < WEEKS_MAX && has_scores(season, work->played_through + 1)) {
        work->played_through++;
        if (work->played_through > work->last_week) {
            work->last_week = work->played_through;
            work_note(work, arena_format(work->arena, "week %d", work->played_through), S(""),
                      S(""),
                      "the platform scored the week after the season's last game; its lineups and "
                      "points are kept, no game is decided by them");
        }
    }
}

/* The weeks of the settings, and whatever the matchups reach beyond them. */
static void find_weeks(struct work *work)
{
    const struct import_season *season = work->season;
    work->first_week = season->start_week;
    work->last_week = season->last_week;
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *matchup = &season->matchups.at[i];
        int last = matchup->week + (matchup->weeks > 1 ? 1 : 0);
        if (matchup->week >= work->first_week && last <= WEEKS_MAX && last > work->last_week) {
            work->last_week = last;
        }
    }
    for (int week = 0; week < WEEK_ROOM; week++) {
        work->spans[week] = week;
    }
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *matchup = &season->matchups.at[i];
        if (matchup->weeks > 1 && matchup->week >= work->first_week &&
            matchup->week < work->last_week) {
            work->spans[matchup->week + 1] = matchup->week;
        }
    }
    find_played(work);
    bool is_going_on = season->state == IMPORT_IN_SEASON;
    int next = work->played_through + 1;
    next = next < work->first_week ? work->first_week : next;
    work->open_week = is_going_on && next <= work->last_week ? next : 0;
    work->has_played = work->played_through >= work->first_week;
}

static struct slice weeks_json(struct work *work)
{
    struct json json;
    rows_open(&json, work->arena);
    for (int week = work->first_week; week <= work->last_week; week++) {
        json_open_object(&json);
        json_member_int(&json, S("week"), week);
        json_member_int(&json, S("first_week"), work->spans[week]);
        json_member_text(&json, S("kind"),
                         week >= work->season->playoff_start_week ? S("playoff") : S("regular"));
        json_close_object(&json);
    }
    return rows_close(&json);
}

/* ---- slots ---- */

static int slot_index(struct slot_row *rows, size_t *count, enum slot slot)
{
    for (size_t i = 0; i < *count; i++) {
        if (rows[i].slot == slot) {
            return (int)i;
        }
    }
    CHECK(*count < SLOT_ROWS_MAX);
    rows[*count] = (struct slot_row){ .slot = slot };
    return (int)(*count)++;
}

/* Lineups can have used more starters of a slot than the settings say now. */
static void widen(struct work *work, struct slot_row *rows, size_t *count)
{
    const struct import_season *season = work->season;
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *week = &season->team_weeks.at[i];
        int used[SLOT_COUNT] = { 0 };
        for (size_t s = 0; s < week->spots.count; s++) {
            enum slot slot = week->spots.at[s].slot;
            int at = slot_index(rows, count, slot);
            used[slot]++;
            bool is_starter = slot_info(slot)->kind == SLOT_KIND_STARTER;
            if (is_starter && used[slot] > rows[at].count) {
                work_note(work,
                          arena_format(work->arena, "settings.rosterSlots.%.*s",
                                       FMT(slot_info(slot)->key)),
                          arena_format(work->arena, "%d", rows[at].count),
                          arena_format(work->arena, "%d", used[slot]),
                          "a lineup of the season has more of this slot than the settings say");
                rows[at].count = used[slot];
            }
        }
    }
}

static struct slice slots_json(struct work *work)
{
    struct slot_row rows[SLOT_ROWS_MAX];
    size_t count = 0;
    const struct settings *settings = &work->season->settings;
    for (size_t i = 0; i < settings->slot_count; i++) {
        int at = slot_index(rows, &count, settings->slots[i].slot);
        rows[at].count += settings->slots[i].count;
    }
    slot_index(rows, &count, SLOT_BN);
    widen(work, rows, &count);
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < count; i++) {
        const struct slot_info *info = slot_info(rows[i].slot);
        json_open_object(&json);
        json_member_text(&json, S("slot"), info->key);
        json_member_int(&json, S("ordinal"), (int64_t)i + 1);
        json_member_int(&json, S("count"),
                        rows[i].count > SLOT_COUNT_MAX ? SLOT_COUNT_MAX : rows[i].count);
        json_key(&json, S("positions"));
        json_open_array(&json);
        for (size_t p = 1; p < POSITION_COUNT; p++) {
            if ((info->positions & position_bit((enum position)p)) != 0) {
                json_text(&json, position_key((enum position)p));
            }
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    return rows_close(&json);
}

enum error calendar_store(struct work *work)
{
    find_weeks(work);
    struct slice weeks = weeks_json(work);
    struct slice slots = slots_json(work);
    struct slice text = arena_format(work->arena, "%.*s%.*s", FMT(weeks), FMT(slots));
    if (!part_add(work, S("calendar"), text) && !work->parts[0].has_changed) {
        return OK;
    }
    struct param league = P_INT(work->league_id);
    bool has_playoffs = work->season->playoff_start_week <= work->season->last_week;
    int playoffs = has_playoffs ? work->season->playoff_start_week : work->last_week + 1;
    tx_send(&work->change->tx, SQL_IMPORTS_LEAGUE_CALENDAR,
            PARAMS(league, P_INT(work->first_week), P_INT(playoffs), P_INT(work->last_week),
                   P_TEXT(weeks)));
    return work_ask(work, SQL_IMPORTS_SLOTS_STORE, PARAMS(league, P_TEXT(slots)), NULL);
}
