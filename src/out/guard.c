#include "out/guard.h"

#include "base/check.h"

/* Set before there are threads, read by all of them. */
static struct net allowed[OUT_ALLOW_MAX];
static size_t allowed_count;

enum error out_allow(struct slice text)
{
    struct net nets[OUT_ALLOW_MAX];
    size_t count = 0;
    TRY(nets_parse(text, nets, OUT_ALLOW_MAX, &count));
    for (size_t i = 0; i < count; i++) {
        allowed[i] = nets[i];
    }
    allowed_count = count;
    return OK;
}

static bool is_in(const struct slice *list, size_t count, const struct net *address)
{
    for (size_t i = 0; i < count; i++) {
        struct net net = { 0 };
        enum error error = net_parse(list[i], &net);
        CHECK(error == OK);
        if (net_holds(&net, address)) {
            return true;
        }
    }
    return false;
}

/* The addresses of IANA's IPv4 registry that are not globally reachable; 192.88.99.0/24 is the
 * deprecated relay of 6to4 (RFC 7526). */
static const struct slice v4_special[] = {
    S_INIT("0.0.0.0/8"),      S_INIT("10.0.0.0/8"),     S_INIT("100.64.0.0/10"),
    S_INIT("127.0.0.0/8"),    S_INIT("169.254.0.0/16"), S_INIT("172.16.0.0/12"),
    S_INIT("192.0.0.0/24"),   S_INIT("192.0.2.0/24"),   S_INIT("192.88.99.0/24"),
    S_INIT("192.168.0.0/16"), S_INIT("198.18.0.0/15"),  S_INIT("198.51.100.0/24"),
    S_INIT("203.0.113.0/24"), S_INIT("224.0.0.0/3"),
};

/* Of 2000::/3, the only part of IPv6 that is assigned for global unicast: protocol assignments (with
 * Teredo), documentation, 6to4. */
static const struct slice v6_global[] = { S_INIT("2000::/3") };
static const struct slice v6_special[] = { S_INIT("2001::/23"), S_INIT("2001:db8::/32"),
                                           S_INIT("2002::/16"), S_INIT("3fff::/20") };
static const struct slice v6_mapped[] = { S_INIT("::ffff:0:0/96") };
static const struct slice v6_nat64[] = { S_INIT("64:ff9b::/96") };

bool out_is_public(const struct net *address)
{
    CHECK(address->bits == 128);
    struct net one = *address;
    if (is_in(v6_nat64, ARRAY_LEN(v6_nat64), &one)) {
        memset(one.bytes, 0, 10);
        memset(one.bytes + 10, 0xff, 2);
    }
    if (is_in(v6_mapped, ARRAY_LEN(v6_mapped), &one)) {
        return !is_in(v4_special, ARRAY_LEN(v4_special), &one);
    }
    return is_in(v6_global, ARRAY_LEN(v6_global), &one) &&
           !is_in(v6_special, ARRAY_LEN(v6_special), &one);
}

bool out_may_reach(const struct net *address)
{
    return nets_hold(allowed, allowed_count, address) || out_is_public(address);
}
