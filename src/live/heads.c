#include "live/heads.h"

#include <pthread.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/check.h"

struct head {
    int64_t league_id;
    int64_t seq;
    bool is_asked;
    UT_hash_handle hh;
};

struct heads {
    pthread_mutex_t lock; /* guards everything below */
    struct head *leagues;
    int64_t nfl_seq;
};

struct heads *heads_new(void)
{
    struct heads *heads = calloc(1, sizeof(*heads));
    CHECK(heads != NULL);
    pthread_mutex_init(&heads->lock, NULL);
    return heads;
}

void heads_free(struct heads *heads)
{
    if (heads == NULL) {
        return;
    }
    struct head *head = NULL;
    struct head *next = NULL;
    HASH_ITER(hh, heads->leagues, head, next)
    {
        HASH_DEL(heads->leagues, head);
        free(head);
    }
    pthread_mutex_destroy(&heads->lock);
    free(heads);
}

/* Under the lock. */
static struct head *head_of(struct heads *heads, int64_t league_id)
{
    struct head *head = NULL;
    HASH_FIND(hh, heads->leagues, &league_id, sizeof(league_id), head);
    if (head == NULL) {
        head = calloc(1, sizeof(*head));
        CHECK(head != NULL);
        head->league_id = league_id;
        HASH_ADD(hh, heads->leagues, league_id, sizeof(head->league_id), head);
    }
    return head;
}

bool heads_raise(struct heads *heads, int64_t league_id, int64_t seq)
{
    pthread_mutex_lock(&heads->lock);
    struct head *head = head_of(heads, league_id);
    bool is_news = seq > head->seq;
    if (is_news) {
        head->seq = seq;
    }
    pthread_mutex_unlock(&heads->lock);
    return is_news;
}

bool heads_raise_nfl(struct heads *heads, int64_t seq)
{
    pthread_mutex_lock(&heads->lock);
    bool is_news = seq > heads->nfl_seq;
    if (is_news) {
        heads->nfl_seq = seq;
    }
    pthread_mutex_unlock(&heads->lock);
    return is_news;
}

int64_t heads_league(struct heads *heads, int64_t league_id)
{
    pthread_mutex_lock(&heads->lock);
    struct head *head = head_of(heads, league_id);
    head->is_asked = true;
    int64_t seq = head->seq;
    pthread_mutex_unlock(&heads->lock);
    return seq;
}

int64_t heads_nfl(struct heads *heads)
{
    pthread_mutex_lock(&heads->lock);
    int64_t seq = heads->nfl_seq;
    pthread_mutex_unlock(&heads->lock);
    return seq;
}

size_t heads_asked(struct heads *heads, int64_t *ret_ids, size_t max)
{
    size_t count = 0;
    pthread_mutex_lock(&heads->lock);
    for (struct head *head = heads->leagues; head != NULL && count < max; head = head->hh.next) {
        if (head->is_asked) {
            head->is_asked = false;
            ret_ids[count++] = head->league_id;
        }
    }
    pthread_mutex_unlock(&heads->lock);
    return count;
}
