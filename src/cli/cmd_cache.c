/* `astralfield cache stats|warm|clear`. A cache never holds the only copy: emptying costs time alone. */
#include <hiredis/hiredis.h>
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/redis_open.h"
#include "cli/show.h"
#include "db/db.h"
#include "ops/audit.h"

enum { SCAN_BATCH = 500, UNLINK_MAX = 64 };

/* One call, and its answer printed. */
static int ask(struct cli *cli, const char *method, const char *path)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    enum error error = call_open(cli, &call);
    if (error == OK) {
        error = call_expect(&call, method, path, S(""), &reply, &json);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print("%.*s%s", FMT(cli->is_json ? reply.body : show_json(cli->arena, json)),
              cli->is_json ? "\n" : "");
    return EXIT_OK;
}

static int stats_run(struct cli *cli)
{
    return ask(cli, "GET", "/api/health/cache");
}

static int warm_run(struct cli *cli)
{
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"dryRun\":true}\n"
                               : "would make the documents that people are about to ask for\n");
        return EXIT_OK;
    }
    return ask(cli, "POST", "/api/admin/cache-warm");
}

/* ---- keys of Redis by pattern ---- */

/* Takes the keys of one page of the scan; gives how many went, -1 when Redis does not answer. */
static int64_t unlink_page(redisContext *redis, const redisReply *keys, bool is_dry)
{
    int64_t removed = 0;
    for (size_t i = 0; i < keys->elements; i += UNLINK_MAX) {
        const char *words[UNLINK_MAX + 1] = { "UNLINK" };
        size_t lens[UNLINK_MAX + 1] = { 6 };
        int count = 1;
        for (size_t k = i; k < keys->elements && k < i + UNLINK_MAX; k++) {
            words[count] = keys->element[k]->str;
            lens[count++] = keys->element[k]->len;
        }
        if (is_dry) {
            removed += count - 1;
            continue;
        }
        redisReply *reply = redisCommandArgv(redis, count, words, lens);
        bool is_good = reply != NULL && reply->type == REDIS_REPLY_INTEGER;
        removed = is_good ? removed + reply->integer : -1;
        freeReplyObject(reply);
        if (!is_good) {
            return -1;
        }
    }
    return removed;
}

static enum error unlink_all(struct cli *cli, redisContext *redis, struct slice pattern,
                             int64_t *ret_removed)
{
    int64_t removed = 0;
    const char *cursor = "0";
    do {
        redisReply *page = redisCommand(redis, "SCAN %s MATCH %b COUNT %d", cursor, pattern.ptr,
                                        pattern.len, SCAN_BATCH);
        bool is_page = page != NULL && page->type == REDIS_REPLY_ARRAY && page->elements == 2;
        int64_t gone = is_page ? unlink_page(redis, page->element[1], cli_has(cli, "dry-run")) : -1;
        cursor = is_page ? arena_cstr(cli->arena, slice_from(page->element[0]->str)) : "0";
        freeReplyObject(page);
        if (gone < 0) {
            return refuse(&cli->faults, E_UNAVAILABLE, "Redis does not answer: %s", redis->errstr);
        }
        removed += gone;
    } while (!slice_eq(slice_from(cursor), S("0")));
    *ret_removed = removed;
    return OK;
}

struct cleared {
    struct slice pattern;
    int64_t removed;
};

static int note_clearing(struct cli *cli, void *thing)
{
    const struct cleared *cleared = thing;
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct audit_entry entry = {
        .action = "cache.clear_keys",
        .target_kind = "pattern",
        .target_id = cleared->pattern,
        .after = arena_format(cli->arena, "{\"removed\":%" PRId64 "}", cleared->removed)
    };
    enum error error = tx_begin(cli->arena, &tx);
    if (error == OK) {
        error = cli_audit(cli, &tx, &entry);
    }
    if (error == OK) {
        error = tx_commit(&tx);
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static int clear_pattern(struct cli *cli, struct slice pattern)
{
    redisContext *redis = NULL;
    int64_t removed = 0;
    enum error error = cli_redis_open(cli, &redis);
    if (error == OK) {
        error = unlink_all(cli, redis, pattern, &removed);
        redisFree(redis);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    bool is_dry = cli_has(cli, "dry-run");
    struct cleared cleared = { .pattern = pattern, .removed = removed };
    int code = is_dry ? EXIT_OK : cli_with_database(cli, note_clearing, &cleared);
    if (code != EXIT_OK) {
        return code;
    }
    if (cli->is_json) {
        cli_print("{\"removed\":%" PRId64 ",\"dryRun\":%s}\n", removed, is_dry ? "true" : "false");
    } else {
        cli_print("%" PRId64 " keys of Redis %s\n", removed,
                  is_dry ? "would be removed" : "removed");
    }
    return EXIT_OK;
}

static int clear_run(struct cli *cli)
{
    struct slice pattern = cli_value(cli, "pattern");
    struct slice prefix = cli_value(cli, "prefix");
    int given = (pattern.ptr != NULL) + (prefix.ptr != NULL) + cli_has(cli, "all");
    if (given > 1) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE, "--pattern, --prefix and --all: one"));
    }
    if (pattern.ptr != NULL) {
        return clear_pattern(cli, pattern);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"dryRun\":true}\n" : "would empty the cache on every node\n");
        return EXIT_OK;
    }
    if (cli_has(cli, "all")) {
        return ask(cli, "POST", "/api/admin/cache-clear-all");
    }
    struct slice path = S("/api/admin/cache-clear");
    if (prefix.ptr != NULL) {
        struct buffer url;
        buffer_init(&url, cli->arena);
        buffer_format(&url, "%.*s?prefix=", FMT(path));
        for (size_t i = 0; i < prefix.len; i++) {
            buffer_format(&url, "%%%02X", (unsigned char)prefix.ptr[i]);
        }
        path = arena_copy(cli->arena, buffer_slice(&url));
    }
    return ask(cli, "POST", path.ptr);
}

/* ---- rows ---- */

static const struct cli_option stats_options[] = { CALL_URL_OPTION };

static const struct cli_option warm_options[] = {
    CALL_URL_OPTION,
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

static const struct cli_option clear_options[] = {
    CALL_URL_OPTION,
    { .name = "all", .doc = "every cache: documents, rights, sign-ins" },
    { .name = "prefix", .value = "PATH", .doc = "documents whose address begins so" },
    { .name = "pattern", .value = "P", .doc = "keys of Redis like this instead, as 'user:*'" },
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

const struct command cache_stats_command = {
    .name = "cache stats",
    .summary = "hits, keys and memory of the caches",
    .help = "What GET /api/health/cache says: Redis and the finished documents of this node.\n"
            "\n"
            "example: astralfield cache stats --json",
    .options = stats_options,
    .option_count = ARRAY_LEN(stats_options),
    .run = stats_run,
};

const struct command cache_warm_command = {
    .name = "cache warm",
    .summary = "make the documents that people are about to ask for",
    .help = "Players, the current week, standings of active leagues. Doing it twice costs little.\n"
            "\n"
            "example: astralfield cache warm",
    .options = warm_options,
    .option_count = ARRAY_LEN(warm_options),
    .run = warm_run,
};

const struct command cache_clear_command = {
    .name = "cache clear",
    .summary = "empty caches on every node; sessions survive",
    .help =
        "Without an option: finished documents, which the next request makes anew. --pattern "
        "looks\n"
        "for keys of Redis with SCAN and removes them with UNLINK, so Redis goes on answering.\n"
        "Nothing is lost: a cache never holds the only copy, and sessions are rows.\n"
        "\n"
        "example: astralfield cache clear\n"
        "         astralfield cache clear --pattern 'user:*' --dry-run",
    .options = clear_options,
    .option_count = ARRAY_LEN(clear_options),
    .run = clear_run,
};
