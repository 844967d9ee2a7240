/* Switches from the command line: straight on the database, so also while no server runs. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/cmd_env.h"
#include "league/draft_freeze.h"
#include "ops/audit.h"

enum { FREEZES_MAX = 100000, DAY_S = 86400 };

/* ---- how long ---- */

/* "03:00": the next time that it is so late, UTC. */
static bool next_clock(struct slice text, utime now, int64_t *ret_seconds)
{
    struct slice minutes = text;
    struct slice hours = slice_cut(&minutes, ':');
    int64_t hour = 0;
    int64_t minute = 0;
    if (minutes.len != 2 || hours.len != 2 || slice_to_int(hours, &hour) != OK ||
        slice_to_int(minutes, &minute) != OK || hour > 23 || minute > 59) {
        return false;
    }
    int64_t now_s = now / US_PER_S % DAY_S;
    int64_t seconds = hour * 3600 + minute * 60 - now_s;
    *ret_seconds = seconds > 0 ? seconds : seconds + DAY_S;
    return true;
}

static bool duration(struct slice text, int64_t *ret_seconds)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY_S } };
    int64_t factor = 1;
    for (size_t i = 0; i < ARRAY_LEN(units) && text.len > 0; i++) {
        if (text.ptr[text.len - 1] == units[i].letter) {
            factor = units[i].seconds;
            text.len--;
            break;
        }
    }
    int64_t number = 0;
    if (slice_to_int(text, &number) != OK || number < 1 || number > SWITCH_SECONDS_MAX / factor) {
        return false;
    }
    *ret_seconds = number * factor;
    return true;
}

enum error env_seconds(struct cli *cli, struct slice text, int64_t *ret_seconds)
{
    utime now = utime_now();
    utime at = 0;
    if (duration(text, ret_seconds) || next_clock(text, now, ret_seconds)) {
        return OK;
    }
    if (utime_parse(text, &at) == OK && at > now && (at - now) / US_PER_S < SWITCH_SECONDS_MAX) {
        *ret_seconds = (at - now) / US_PER_S + 1;
        return OK;
    }
    return refuse(&cli->faults, E_USAGE,
                  "\"%.*s\" is neither a duration (90s, 15m, 2h, 1d) nor a moment to come (03:00 "
                  "UTC, 2025-09-07T03:00:00Z)",
                  FMT(text));
}

/* ---- what is in effect ---- */

enum error env_load(struct cli *cli)
{
    uint64_t changed = 0;
    bool has_expired = false;
    TRY(switches_start(&cli->faults));
    return switches_load(utime_now(), &changed, &has_expired);
}

void env_write_switch(struct json *json, enum switch_id id)
{
    struct arena *arena = json->out.arena;
    struct switch_state state = switch_state(arena, id);
    json_member_text(json, S("name"), slice_from(switch_info(id)->name));
    json_member_text(json, S("value"), switch_print(arena, id, state.value));
    json_member_text(json, S("source"), slice_from(switch_source_name(state.source)));
    json_member_bool(json, S("isSwitch"), true);
    const struct {
        struct slice key, text;
    } texts[] = { { S("by"), state.by },
                  { S("reason"), state.reason },
                  { S("message"), state.message } };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].text.len > 0) {
            json_member_text(json, texts[i].key, texts[i].text);
        } else {
            json_member_null(json, texts[i].key);
        }
    }
    const struct {
        struct slice key;
        utime at;
    } times[] = { { S("since"), state.since }, { S("expiresAt"), state.until } };
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        if (times[i].at != 0) {
            json_member_time(json, times[i].key, times[i].at);
        } else {
            json_member_null(json, times[i].key);
        }
    }
    json_member_text(json, S("meaning"), slice_from(switch_info(id)->meaning));
}

/* ---- orders ---- */

/* The clocks of drafts, at once: no server may be there to do it. */
static enum error move_clocks(void)
{
    bool is_changed = true;
    for (int i = 0; i < FREEZES_MAX && is_changed; i++) {
        TRY(draft_freeze_one(utime_now(), 0, &is_changed));
    }
    return OK;
}

static enum error commit_order(struct cli *cli, struct env_order *order)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(cli->arena, &tx));
    TRY(order->is_unset ? switch_store_unset(&tx, &order->wish, &order->change)
                        : switch_store_set(&tx, &order->wish, &order->change));
    if (order->change.history_id != 0) {
        const struct switch_change *change = &order->change;
        TRY(cli_audit(
            cli, &tx,
            &(struct audit_entry){ .action = order->is_unset ? "switch.unset" : "switch.set",
                                   .target_kind = "switch",
                                   .target_id = slice_from(switch_info(order->wish.id)->name),
                                   .before = change->before_json,
                                   .after = change->after_json,
                                   .reason = change->reason }));
    }
    return tx_commit(&tx);
}

enum error env_order(struct cli *cli, struct env_order *order)
{
    order->wish.by = cli_by_whom(cli->arena);
    if (!order->is_unset && switch_store_check(&order->wish, &cli->faults) != OK) {
        return refuse(&cli->faults, E_USAGE, "%s cannot be set like this",
                      switch_info(order->wish.id)->name);
    }
    if (cli_has(cli, "dry-run")) {
        return OK;
    }
    TRY(commit_order(cli, order));
    return move_clocks();
}

/* ---- telling ---- */

static void print_until(utime until)
{
    char text[UTIME_TEXT_MAX];
    if (until != 0) {
        cli_print(" until %.*s", FMT(utime_print(until, text)));
    }
}

void env_print_modes(struct cli *cli)
{
    cli_print("mode: %s\n", mode_name(switches_mode()));
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        enum switch_id id = (enum switch_id)i;
        struct switch_state state = switch_state(cli->arena, id);
        char text[UTIME_TEXT_MAX];
        if (state.value == 0) {
            continue;
        }
        cli_print("%s %.*s", switch_info(id)->name, FMT(switch_print(cli->arena, id, state.value)));
        if (state.since != 0) {
            cli_print(" since %.*s", FMT(utime_print(state.since, text)));
        }
        print_until(state.until);
        if (state.by.len > 0) {
            cli_print(" by %.*s: %.*s", FMT(state.by), FMT(state.reason));
        }
        cli_print("\n");
    }
}

static void print_orders(struct cli *cli, const struct env_order *orders, size_t count)
{
    bool is_dry = cli_has(cli, "dry-run");
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_bool(&json, S("dryRun"), is_dry);
    json_member_text(&json, S("mode"), slice_from(mode_name(switches_mode())));
    json_key(&json, S("changes"));
    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        const struct switch_change *change = &orders[i].change;
        const char *name = switch_info(orders[i].wish.id)->name;
        struct slice after =
            is_dry ? (orders[i].is_unset ? S("") : orders[i].wish.value) : change->after;
        json_open_object(&json);
        json_member_text(&json, S("name"), slice_from(name));
        json_member_text(&json, S("before"), change->before);
        json_member_text(&json, S("after"), after);
        json_member_int(&json, S("historyId"), change->history_id);
        json_close_object(&json);
        if (!cli->is_json) {
            cli_print("%s%s: %.*s -> %.*s", is_dry ? "would change " : "", name,
                      FMT(change->before.len > 0 ? change->before : S("not set")),
                      FMT(after.len > 0 ? after : S("not set")));
            print_until(change->expires_at);
            cli_print("\n");
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else if (!is_dry) {
        cli_print("mode: %s; every node follows within a second\n", mode_name(switches_mode()));
    }
}

struct orders {
    struct env_order *list;
    size_t count;
};

static int give_orders(struct cli *cli, void *thing)
{
    struct orders *orders = thing;
    enum error error = OK;
    for (size_t i = 0; error == OK && i < orders->count; i++) {
        error = env_order(cli, &orders->list[i]);
    }
    if (error == OK) {
        error = env_load(cli);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    print_orders(cli, orders->list, orders->count);
    return EXIT_OK;
}

int env_run_orders(struct cli *cli, struct env_order *orders, size_t count)
{
    struct orders all = { .list = orders, .count = count };
    return cli_with_database(cli, give_orders, &all);
}
