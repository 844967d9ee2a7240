/* What the command line changes is in the audit log, with who it was on which machine. */
#include <pwd.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cli.h"
#include "ops/audit.h"

enum { NAME_MAX_BYTES = 64 };

struct slice cli_by_whom(struct arena *arena)
{
    char host[NAME_MAX_BYTES] = "?";
    char buffer[1024];
    struct passwd entry;
    struct passwd *found = NULL;
    gethostname(host, sizeof(host) - 1);
    getpwuid_r(getuid(), &entry, buffer, sizeof(buffer), &found);
    return found == NULL ? arena_format(arena, "uid %u@%s", (unsigned)getuid(), host)
                         : arena_format(arena, "%s@%s", found->pw_name, host);
}

struct audit_entry cli_audit_whole(struct cli *cli, const struct audit_entry *entry)
{
    struct audit_entry whole = *entry;
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("by"), cli_by_whom(cli->arena));
    if (entry->after.len > 2) {
        json_member_raw(&json, S("what"), entry->after);
    }
    json_close_object(&json);
    whole.after = json_done(&json);
    whole.at = utime_now();
    whole.actor = "local";
    whole.user_id = 0;
    return whole;
}

enum error cli_audit(struct cli *cli, struct tx *tx, const struct audit_entry *entry)
{
    const struct audit_entry whole = cli_audit_whole(cli, entry);
    return audit_add(tx, &whole, NULL);
}
