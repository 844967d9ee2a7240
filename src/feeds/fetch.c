#include <curl/curl.h>
#include <stdlib.h>

#include "feeds/file.h"

struct fetching {
    CURL *curl;
    struct buffer body;
    struct fetch_watch watch;
    bool is_too_large;
    char why[CURL_ERROR_SIZE];
};

static size_t take_bytes(char *bytes, size_t size, size_t count, void *thing)
{
    struct fetching *fetching = thing;
    size_t len = size * count;
    if (fetching->body.len + len > FEED_BYTES_MAX) {
        fetching->is_too_large = true;
        return 0;
    }
    buffer_add(&fetching->body, (struct slice){ .ptr = bytes, .len = len });
    if (fetching->watch.step != NULL) {
        fetching->watch.step(fetching->watch.thing, (int64_t)fetching->body.len);
    }
    return len;
}

static void fetching_done(struct fetching *fetching)
{
    curl_easy_cleanup(fetching->curl);
}

static bool set_up(struct fetching *fetching, const char *url)
{
    CURL *curl = fetching->curl;
    const char *certificates = getenv("CURL_CA_BUNDLE");
    bool is_set = curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 20L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 600L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1024L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 30L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_USERAGENT, "astralfield") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetching->why) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetching) == CURLE_OK;
    if (is_set && certificates != NULL && certificates[0] != '\0') {
        is_set = curl_easy_setopt(curl, CURLOPT_CAINFO, certificates) == CURLE_OK;
    }
    return is_set;
}

enum error fetch_load(struct arena *arena, struct slice url, struct fetch_watch watch,
                      struct faults *faults, struct feed_file *ret_file)
{
    struct feed_file file = { .name = arena_copy(arena, url) };
    CLEANUP(fetching_done)
    struct fetching fetching = { .curl = curl_easy_init(), .watch = watch };
    buffer_init(&fetching.body, arena);
    if (fetching.curl == NULL || !set_up(&fetching, file.name.ptr)) {
        return refuse(faults, E_INTERNAL, "libcurl cannot be set up");
    }
    CURLcode answer = curl_easy_perform(fetching.curl);
    if (fetching.is_too_large) {
        return refuse(faults, E_FEED, "%.*s is larger than %zu MB", FMT(url),
                      FEED_BYTES_MAX / 1024 / 1024);
    }
    if (answer != CURLE_OK) {
        return refuse(faults, E_UNAVAILABLE, "%.*s cannot be downloaded: %s", FMT(url),
                      fetching.why[0] != '\0' ? fetching.why : curl_easy_strerror(answer));
    }
    long status = 0;
    if (curl_easy_getinfo(fetching.curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status != 200) {
        return refuse(faults, status == 404 ? E_FEED_MISSING : E_UNAVAILABLE,
                      "%.*s answers with status %ld", FMT(url), status);
    }
    file.bytes = buffer_slice(&fetching.body);
    TRY(gzip_unpack(arena, &file, faults));
    *ret_file = file;
    return OK;
}
