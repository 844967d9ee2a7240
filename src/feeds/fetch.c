#include "feeds/file.h"
#include "out/out.h"

enum { CONNECT_MS = 20000, TOTAL_MS = 600000, STALL_S = 30, MEGABYTE = 1024 * 1024 };

enum error fetch_load(struct arena *arena, struct slice url, struct fetch_watch watch,
                      struct faults *faults, struct feed_file *ret_file)
{
    struct feed_file file = { .name = arena_copy(arena, url) };
    struct out_reply reply;
    enum error error =
        out_get(&(struct out_request){ .arena = arena,
                                       .url = url,
                                       .is_https_only = true,
                                       .redirects_max = OUT_REDIRECTS_MAX,
                                       .connect_ms = CONNECT_MS,
                                       .total_ms = TOTAL_MS,
                                       .stall_s = STALL_S,
                                       .reply_bytes_max = FEED_BYTES_MAX,
                                       .watch = { .step = watch.step, .thing = watch.thing } },
                &reply);
    if (error == E_TOO_LARGE) {
        return refuse(faults, E_FEED, "%.*s is larger than %zu MB", FMT(url),
                      FEED_BYTES_MAX / MEGABYTE);
    }
    if (error == E_OUT_REFUSED || error == E_INVALID) {
        return refuse(faults, error, "%.*s may not be called: %.*s", FMT(url), FMT(reply.why));
    }
    if (error != OK) {
        return refuse(faults, E_UNAVAILABLE, "%.*s cannot be downloaded: %.*s", FMT(url),
                      FMT(reply.why));
    }
    if (reply.status != 200) {
        return refuse(faults, reply.status == 404 ? E_FEED_MISSING : E_UNAVAILABLE,
                      "%.*s answers with status %d", FMT(url), reply.status);
    }
    file.bytes = reply.body;
    TRY(gzip_unpack(arena, &file, faults));
    *ret_file = file;
    return OK;
}
