/* Which addresses may be reached, without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "out/guard.h"

static struct net net_of(const char *text)
{
    struct net net = { 0 };
    assert_int_equal(net_parse(slice_from(text), &net), OK);
    return net;
}

static void expect(const char *const *texts, size_t count, bool is_public)
{
    for (size_t i = 0; i < count; i++) {
        struct net net = net_of(texts[i]);
        if (out_is_public(&net) != is_public) {
            fail_msg("%s counts as %s", texts[i], is_public ? "not public" : "public");
        }
    }
}

static void addresses_of_the_internet_are_public(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1.1.1.1",          "8.8.8.8",         "9.255.255.255",     "11.0.0.0",
        "93.184.216.34",    "100.63.255.255",  "100.128.0.0",       "126.255.255.255",
        "128.0.0.0",        "169.253.255.255", "169.255.0.0",       "172.15.255.255",
        "172.32.0.0",       "192.0.1.0",       "192.167.255.255",   "192.169.0.0",
        "198.17.255.255",   "198.20.0.0",      "223.255.255.255",   "2606:4700::1111",
        "2a00:1450::8a",    "2001:200::1",     "2400:cb00::1",      "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2003::1",         "3ffe:ffff:ffff::1",
    };
    expect(texts, ARRAY_LEN(texts), true);
}

static void addresses_that_only_some_networks_know_are_not_public(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd00::1",
        "fd12:3456:789a::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "4000::1",
        "5f00::1",
        "1000::1",
    };
    expect(texts, ARRAY_LEN(texts), false);
}

static void the_operators_networks_may_be_reached_and_nothing_beside_them(void **state)
{
    (void)state;
    assert_int_equal(out_allow(S("10.1.2.0/24, ::1")), OK);
    struct net inside = net_of("10.1.2.255");
    struct net outside = net_of("10.1.3.0");
    struct net loopback = net_of("::1");
    struct net other = net_of("127.0.0.1");
    struct net everybody = net_of("8.8.8.8");
    assert_true(out_may_reach(&inside));
    assert_true(out_may_reach(&loopback));
    assert_true(out_may_reach(&everybody));
    assert_false(out_may_reach(&outside));
    assert_false(out_may_reach(&other));
    assert_int_equal(out_allow(S("10.1.2.0/24 nonsense")), E_INVALID);
    assert_true(out_may_reach(&inside));
    assert_int_equal(out_allow(S("")), OK);
    assert_false(out_may_reach(&inside));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_internet_are_public),
        cmocka_unit_test(addresses_that_only_some_networks_know_are_not_public),
        cmocka_unit_test(the_operators_networks_may_be_reached_and_nothing_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
