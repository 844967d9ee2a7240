/* cache: finished documents, rate limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "cache/documents.h"
#include "cache/limits.h"

static const struct document_versions v1 = { .league_seq = 1, .nfl_seq = 7 };

static void put(struct document_cache *cache, struct slice key, struct slice body,
                struct document_versions versions)
{
    struct document document = { .body = body, .is_public = true, .league_id = 3 };
    document_release(document_store(cache, key, &document, versions));
}

static void a_document_is_good_while_its_versions_stand(void **state)
{
    (void)state;
    struct document_cache *cache = document_cache_new(1 << 20);
    put(cache, S("/a"), S("{\"x\":1}"), v1);
    const struct document *found = document_find(cache, S("/a"), v1);
    assert_non_null(found);
    assert_true(slice_eq(found->body, S("{\"x\":1}")));
    assert_int_equal(found->league_id, 3);
    document_release(found);
    struct document_versions later = { .league_seq = 2, .nfl_seq = 7 };
    assert_null(document_find(cache, S("/a"), later));
    later = (struct document_versions){ .league_seq = 1, .nfl_seq = 8 };
    assert_null(document_find(cache, S("/a"), later));
    assert_null(document_find(cache, S("/b"), v1));
    document_cache_free(cache);
}

static void equal_bodies_have_equal_tags(void **state)
{
    (void)state;
    struct document_cache *cache = document_cache_new(1 << 20);
    struct document document = { .body = S("same") };
    const struct document *a = document_store(cache, S("/a"), &document, v1);
    const struct document *b = document_store(cache, S("/b"), &document, v1);
    document.body = S("other");
    const struct document *c = document_store(cache, S("/c"), &document, v1);
    assert_string_equal(a->etag, b->etag);
    assert_string_not_equal(a->etag, c->etag);
    document_release(a);
    document_release(b);
    document_release(c);
    document_cache_free(cache);
}

static void a_held_document_outlives_its_place(void **state)
{
    (void)state;
    struct document_cache *cache = document_cache_new(1 << 20);
    put(cache, S("/a"), S("old"), v1);
    const struct document *held = document_find(cache, S("/a"), v1);
    put(cache, S("/a"), S("new"), v1);
    assert_int_equal(document_clear(cache), 1);
    assert_true(slice_eq(held->body, S("old")));
    document_release(held);
    document_cache_free(cache);
}

static void the_least_used_documents_go_first(void **state)
{
    (void)state;
    struct document_cache *cache = document_cache_new(4096);
    static const char body[512] = { 0 };
    char key[16];
    for (int i = 0; i < 20; i++) {
        int len = snprintf(key, sizeof(key), "/%d", i);
        put(cache, (struct slice){ key, (size_t)len }, (struct slice){ body, sizeof(body) }, v1);
        document_release(document_find(cache, S("/0"), v1));
    }
    struct document_figures figures;
    document_figures(cache, &figures);
    assert_true(figures.bytes <= 4096);
    assert_true(figures.evictions >= 12);
    const struct document *kept = document_find(cache, S("/0"), v1);
    assert_non_null(kept);
    document_release(kept);
    assert_null(document_find(cache, S("/1"), v1));
    document_cache_free(cache);
}

static void a_bucket_empties_and_fills_again(void **state)
{
    (void)state;
    struct limits *limits = limits_new();
    struct limit limit = { .per_minute = 60, .burst = 3 };
    struct mono now = { .us = 1000 };
    for (int i = 2; i >= 0; i--) {
        struct limit_state taken = limit_take(limits, S("k"), limit, now);
        assert_true(taken.is_allowed);
        assert_int_equal(taken.left, i);
    }
    struct limit_state refused = limit_take(limits, S("k"), limit, now);
    assert_false(refused.is_allowed);
    assert_int_equal(refused.retry_after_s, 1);
    assert_true(limit_take(limits, S("other"), limit, now).is_allowed);
    now.us += US_PER_S;
    assert_true(limit_take(limits, S("k"), limit, now).is_allowed);
    assert_false(limit_take(limits, S("k"), limit, now).is_allowed);
    now.us += 7200 * US_PER_S;
    assert_int_equal(limit_take(limits, S("k"), limit, now).left, 2);
    limits_free(limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_good_while_its_versions_stand),
        cmocka_unit_test(equal_bodies_have_equal_tags),
        cmocka_unit_test(a_held_document_outlives_its_place),
        cmocka_unit_test(the_least_used_documents_go_first),
        cmocka_unit_test(a_bucket_empties_and_fills_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
