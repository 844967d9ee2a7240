/* Errors as RFC 9457 problem documents. */
#include "base/json.h"
#include "http/request.h"

struct slice problem_document(const struct request *request, enum error error)
{
    const struct error_info *info = error_info(error);
    const struct faults *faults = &request->faults;
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("type"), arena_format(request->arena, "/problems/%s", info->slug));
    json_member_text(&json, S("title"), slice_from(info->title));
    json_member_int(&json, S("status"), info->status);
    /* What a 5xx says about our inside is for the log; what was refused earlier and forgiven is
     * not this answer's reason. */
    bool is_ours = info->status >= 500 && !error_is_planned(error);
    if (!is_ours && faults->error == error && faults->detail.len > 0) {
        json_member_text(&json, S("detail"), faults->detail);
    }
    if (request->path.len > 0 && slice_is_utf8(request->path)) {
        json_member_text(&json, S("instance"), request->path);
    }
    json_member_text(&json, S("requestId"), request->id);
    if (!is_ours && faults->first != NULL) {
        json_key(&json, S("errors"));
        json_open_array(&json);
        for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
            json_open_object(&json);
            json_member_text(&json, S("at"), fault->at);
            json_member_text(&json, S("message"), fault->message);
            json_close_object(&json);
        }
        json_close_array(&json);
    }
    json_close_object(&json);
    return json_done(&json);
}

int problem_retry_after_s(enum error error)
{
    switch ((int)error) {
    case E_RATE:
        return 60; /* whoever limits may know better, and sets the header itself */
    case E_UNAVAILABLE:
        return 2;
    case E_OVERLOADED:
    case E_TIMEOUT:
        return 1;
    case E_MAINTENANCE:
    case E_READ_ONLY:
    case E_LOCKDOWN:
    case E_RECOVERY:
        return 60;
    default:
        return 0;
    }
}
