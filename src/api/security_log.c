#include "api/security_log.h"

#include <inttypes.h>

#include "api/ops.h"
#include "base/log.h"
#include "ops/notes.h"
#include "ops/switches.h"

enum { AGENT_MAX = 160, PATH_MAX_BYTES = 120 };

static const char *what_of(const struct request *request, int status)
{
    const struct endpoint *row = request->endpoint;
    if (row != NULL && row->rate == RATE_SIGN_IN) {
        return "sign_in";
    }
    if (status == 401 || status == 403 || status == 421 || status == 423 || status == 429) {
        return "refused";
    }
    if (row != NULL && (row->access == ACCESS_OPS || row->access == ACCESS_OPERATOR)) {
        return "operators";
    }
    return row != NULL && row->method != METHOD_GET ? "write" : NULL;
}

static struct slice cut(struct slice text, size_t most)
{
    return text.len > most ? slice_from_to(text, 0, most) : text;
}

void security_log(const struct request *request, int status)
{
    const char *what = switch_on(SWITCH_ENHANCED_LOGGING) ? what_of(request, status) : NULL;
    if (what == NULL) {
        return;
    }
    const struct endpoint *row = request->endpoint;
    struct slice path = row != NULL ? slice_from(row->path) : cut(request->path, PATH_MAX_BYTES);
    struct slice agent = request_header(request, S("user-agent"));
    bool is_text = agent.ptr != NULL && slice_is_utf8(agent);
    log_line(LOG_INFO, "security",
             "id=%.*s what=%s method=%.*s path=%s status=%d error=%s actor=%s user=%" PRId64
             " sign_in=%" PRId64 " address=%s peer=%s agent=%s",
             FMT(request->id), what, FMT(cut(request->method, 16)), LOG_Q(path), status,
             request->error == OK ? "-" : error_info(request->error)->name, ops_actor_kind(request),
             request->caller.user_id, request->caller.session_id, LOG_Q(request->address),
             LOG_Q(request->peer),
             LOG_Q(is_text ? cut(note_redact(request->arena, agent), AGENT_MAX) : S("-")));
}
