/* The generator itself: libcurl's sockets on an epoll of ours, one thread. */
#include <curl/curl.h>
#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "cli/load.h"

enum { EVENTS_MAX = 256, REQUEST_MS = 20000 };
#define DRAIN_US (10 * US_PER_S)
#define IDLE_US (100 * US_PER_MS)
#define SEED 7 /* the same order of pages each time */

struct user {
    CURL *curl;
    struct load_target *target; /* what it asks just now; NULL = free */
    int64_t due_us, sent_us;
    bool is_counted;
    struct curl_slist *headers;
    char why[CURL_ERROR_SIZE];
};

struct generator {
    struct load_plan *plan;
    struct load_result *result;
    struct user *users;
    size_t *free_users; /* a stack of places */
    size_t free_count;
    CURLM *multi;
    int epoll_fd;
    int64_t timer_us; /* when libcurl wants to be called; -1 = never */
    int64_t start_us, counted_from_us, end_us;
    int64_t next; /* number of the next request */
    unsigned weight_sum;
    struct rng rng;
};

static int64_t now_us(void)
{
    return mono_now().us;
}

/* ---- libcurl's callbacks ---- */

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *thing, void *known)
{
    struct generator *generator = thing;
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(generator->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    struct epoll_event event = { .events = (what & CURL_POLL_IN ? (unsigned)EPOLLIN : 0u) |
                                           (what & CURL_POLL_OUT ? (unsigned)EPOLLOUT : 0u),
                                 .data.fd = fd };
    int order = known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (epoll_ctl(generator->epoll_fd, order, fd, &event) != 0 && errno == EEXIST) {
        epoll_ctl(generator->epoll_fd, EPOLL_CTL_MOD, fd, &event);
    }
    curl_multi_assign(generator->multi, fd, generator);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *thing)
{
    struct generator *generator = thing;
    (void)multi;
    generator->timer_us = timeout_ms < 0 ? -1 : now_us() + timeout_ms * US_PER_MS;
    return 0;
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *thing)
{
    struct generator *generator = thing;
    (void)bytes;
    generator->result->bytes += (int64_t)(size * count);
    return size * count;
}

/* ---- users ---- */

static bool user_init(struct cli *cli, struct generator *generator, size_t place)
{
    struct user *user = &generator->users[place];
    const struct load_plan *plan = generator->plan;
    user->curl = curl_easy_init();
    if (plan->is_spread) {
        user->headers = curl_slist_append(
            user->headers, arena_format(cli->arena, "X-Forwarded-For: 198.18.%zu.%zu", place / 250,
                                        place % 250 + 1)
                               .ptr);
    }
    if (plan->cookie.len > 0) {
        user->headers = curl_slist_append(
            user->headers, arena_format(cli->arena, "Cookie: %.*s", FMT(plan->cookie)).ptr);
    }
    CURL *curl = user->curl;
    return curl != NULL && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PRIVATE, user) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, user->why) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, generator) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, user->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "astralfield-loadtest") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)REQUEST_MS) == CURLE_OK;
}

static struct load_target *draw_target(struct generator *generator)
{
    struct load_plan *plan = generator->plan;
    uint64_t at = rng_below(&generator->rng, generator->weight_sum);
    for (size_t i = 0; i < plan->target_count; i++) {
        if (at < plan->targets[i].weight) {
            return &plan->targets[i];
        }
        at -= plan->targets[i].weight;
    }
    return &plan->targets[0];
}

static enum error send_one(struct cli *cli, struct generator *generator, int64_t due_us,
                           bool was_waiting)
{
    struct user *user = &generator->users[generator->free_users[--generator->free_count]];
    struct load_target *target = draw_target(generator);
    char url[2048];
    int len = snprintf(url, sizeof(url), "%s%s", generator->plan->base, target->path);
    user->target = target;
    user->due_us = due_us;
    user->sent_us = now_us();
    user->is_counted = due_us >= generator->counted_from_us;
    if (user->is_counted) {
        generator->result->sent++;
        if (!was_waiting) {
            timing_add(&generator->result->lag, user->sent_us - due_us);
        }
    }
    if (len >= (int)sizeof(url) || curl_easy_setopt(user->curl, CURLOPT_URL, url) != CURLE_OK ||
        curl_multi_add_handle(generator->multi, user->curl) != CURLM_OK) {
        return refuse(&cli->faults, E_INTERNAL, "a request could not be begun");
    }
    return OK;
}

static void count(struct generator *generator, struct user *user, CURLcode code)
{
    struct load_result *result = generator->result;
    int64_t at = now_us();
    long status = 0;
    curl_easy_getinfo(user->curl, CURLINFO_RESPONSE_CODE, &status);
    bool is_answered = code == CURLE_OK && status > 0 && status < LOAD_STATUS_MAX;
    timing_add(&result->times, at - user->due_us);
    timing_add(&result->service, at - user->sent_us);
    timing_add(&user->target->times, at - user->due_us);
    if (is_answered) {
        result->answered++;
        result->statuses[status]++;
    } else {
        result->lost++;
        result->why_lost = user->why[0] != '\0' ? user->why : curl_easy_strerror(code);
    }
    user->target->failed += !is_answered || status >= 500;
}

static void take_answers(struct generator *generator)
{
    int left = 0;
    CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(generator->multi, &left)) != NULL) {
        struct user *user = NULL;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&user) != CURLE_OK) {
            continue;
        }
        CURLcode code = message->data.result;
        if (user->is_counted) {
            count(generator, user, code);
        }
        curl_multi_remove_handle(generator->multi, user->curl);
        user->target = NULL;
        generator->free_users[generator->free_count++] = (size_t)(user - generator->users);
    }
}

/* ---- the loop ---- */

static int64_t due_of(const struct generator *generator, int64_t number)
{
    return generator->start_us + number * US_PER_S / generator->plan->rate;
}

/* Sends what is due and has a connection. */
static enum error send_due(struct cli *cli, struct generator *generator)
{
    bool was_waiting = generator->free_count == 0;
    int64_t due_us = due_of(generator, generator->next);
    while (due_us <= now_us() && due_us < generator->end_us) {
        if (generator->free_count == 0) {
            return OK;
        }
        TRY(send_one(cli, generator, due_us, was_waiting));
        due_us = due_of(generator, ++generator->next);
    }
    return OK;
}

static void wait_and_move(struct generator *generator)
{
    struct epoll_event events[EVENTS_MAX];
    int64_t now = now_us();
    int64_t until = now + IDLE_US;
    int64_t due_us = due_of(generator, generator->next);
    if (generator->free_count > 0 && due_us < generator->end_us && due_us < until) {
        until = due_us;
    }
    if (generator->timer_us >= 0 && generator->timer_us < until) {
        until = generator->timer_us;
    }
    int64_t us = until > now ? until - now : 0;
    struct timespec wait = { .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 };
    int ready = epoll_pwait2(generator->epoll_fd, events, EVENTS_MAX, &wait, NULL);
    int running = 0;
    for (int i = 0; i < ready; i++) {
        int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(generator->multi, events[i].data.fd, what, &running);
    }
    if (generator->timer_us >= 0 && generator->timer_us <= now_us()) {
        generator->timer_us = -1;
        curl_multi_socket_action(generator->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_answers(generator);
}

static enum error go(struct cli *cli, struct generator *generator)
{
    struct progress progress;
    size_t users = (size_t)generator->plan->vus;
    int64_t total = generator->plan->seconds + generator->plan->warmup_seconds;
    progress_start(&progress, cli, "load test (s)", total);
    while (now_us() < generator->end_us) {
        TRY(send_due(cli, generator));
        wait_and_move(generator);
        progress_step(&progress, (now_us() - generator->start_us) / US_PER_S);
    }
    int64_t deadline = now_us() + DRAIN_US;
    int64_t due = generator->plan->rate * total;
    generator->result->not_sent = due > generator->next ? due - generator->next : 0;
    while (generator->free_count < users && now_us() < deadline) {
        wait_and_move(generator);
    }
    progress_step(&progress, total);
    progress_end(&progress);
    for (size_t i = 0; i < users; i++) { /* who never got an answer */
        struct user *user = &generator->users[i];
        if (user->target != NULL && user->is_counted) {
            count(generator, user, CURLE_OPERATION_TIMEDOUT);
        }
        if (user->target != NULL) {
            curl_multi_remove_handle(generator->multi, user->curl);
        }
    }
    return OK;
}

static enum error prepare(struct cli *cli, struct generator *generator)
{
    struct load_plan *plan = generator->plan;
    bool is_set =
        generator->multi != NULL && generator->epoll_fd >= 0 &&
        curl_multi_setopt(generator->multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
        curl_multi_setopt(generator->multi, CURLMOPT_SOCKETDATA, generator) == CURLM_OK &&
        curl_multi_setopt(generator->multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
        curl_multi_setopt(generator->multi, CURLMOPT_TIMERDATA, generator) == CURLM_OK &&
        curl_multi_setopt(generator->multi, CURLMOPT_MAXCONNECTS, (long)plan->vus) == CURLM_OK;
    for (size_t i = 0; i < (size_t)plan->vus && is_set; i++) {
        is_set = user_init(cli, generator, i);
        generator->free_users[generator->free_count++] = i;
    }
    for (size_t i = 0; i < plan->target_count; i++) {
        generator->weight_sum += plan->targets[i].weight;
    }
    rng_seed(&generator->rng, SEED);
    generator->start_us = now_us();
    generator->counted_from_us = generator->start_us + plan->warmup_seconds * US_PER_S;
    generator->end_us = generator->counted_from_us + plan->seconds * US_PER_S;
    generator->result->us = plan->seconds * US_PER_S;
    generator->result->began = utime_now() + plan->warmup_seconds * US_PER_S;
    return is_set ? OK : refuse(&cli->faults, E_INTERNAL, "libcurl cannot be set up");
}

enum error load_run(struct cli *cli, struct load_plan *plan, struct load_result *ret_result)
{
    struct generator generator = {
        .plan = plan,
        .result = ret_result,
        .users = ARENA_ARRAY(cli->arena, (size_t)plan->vus, struct user),
        .free_users = ARENA_ARRAY(cli->arena, (size_t)plan->vus, size_t),
        .multi = curl_multi_init(),
        .epoll_fd = epoll_create1(EPOLL_CLOEXEC),
        .timer_us = -1,
    };
    CHECK(plan->vus > 0 && plan->vus <= LOAD_VUS_MAX);
    CHECK(plan->target_count > 0);
    enum error error = prepare(cli, &generator);
    if (error == OK) {
        error = go(cli, &generator);
    }
    for (size_t i = 0; i < (size_t)plan->vus; i++) {
        curl_easy_cleanup(generator.users[i].curl);
        curl_slist_free_all(generator.users[i].headers);
    }
    curl_multi_cleanup(generator.multi);
    close(generator.epoll_fd);
    return error;
}
