#include "base/check.h"
#include "out/internal.h"

static size_t give_bytes(char *bytes, size_t size, size_t count, void *thing)
{
    struct call *call = thing;
    size_t len = size * count < call->upload.len ? size * count : call->upload.len;
    memcpy(bytes, call->upload.ptr, len);
    call->upload = slice_from_to(call->upload, len, call->upload.len);
    return len;
}

static enum error add_people(struct call *call, const struct out_mail *mail)
{
    for (size_t i = 0; i < mail->to_count; i++) {
        TRY(call_line(call, arena_format(call->arena, "<%.*s>", FMT(mail->to[i])).ptr));
    }
    return OK;
}

static bool set_mail(struct call *call, const struct out_mail *mail)
{
    struct arena *arena = call->arena;
    long tls = mail->is_plain_allowed ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL;
    bool is_set =
        CALL_SET(call, CURLOPT_USE_SSL, tls) &&
        CALL_SET(call, CURLOPT_MAIL_FROM, arena_format(arena, "<%.*s>", FMT(mail->from)).ptr) &&
        CALL_SET(call, CURLOPT_MAIL_RCPT, call->lines) && CALL_SET(call, CURLOPT_UPLOAD, 1L) &&
        CALL_SET(call, CURLOPT_READFUNCTION, give_bytes) && CALL_SET(call, CURLOPT_READDATA, call);
    if (is_set && mail->user.len > 0) {
        is_set = CALL_SET(call, CURLOPT_USERNAME, arena_cstr(arena, mail->user)) &&
                 CALL_SET(call, CURLOPT_PASSWORD, arena_cstr(arena, mail->password));
    }
    return is_set;
}

enum error out_mail(const struct out_mail *mail, struct out_reply *ret_reply)
{
    *ret_reply = (struct out_reply){ 0 };
    CLEANUP(out_call_done) struct call call = { .arena = mail->arena };
    struct call_limits limits = {
        .schemes = "smtp,smtps",
        .connect_ms = mail->connect_ms > 0 ? mail->connect_ms : OUT_CONNECT_MS,
        .total_ms = mail->total_ms > 0 ? mail->total_ms : OUT_TOTAL_MS,
        .reply_bytes_max = OUT_REPLY_BYTES_MAX,
    };
    TRY(out_message(mail, &call.upload, &ret_reply->why));
    TRY(out_call_open(&call, mail->server, &limits, &ret_reply->why));
    TRY(add_people(&call, mail));
    if (!set_mail(&call, mail)) {
        ret_reply->why = S("libcurl cannot be set up");
        return E_INTERNAL;
    }
    return call_run(&call, ret_reply);
}
