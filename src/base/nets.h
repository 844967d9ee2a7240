/* Addresses and networks: "127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32". IPv4 is kept mapped into
 * IPv6, so that both compare alike. */
#ifndef ASTRALFIELD_BASE_NETS_H
#define ASTRALFIELD_BASE_NETS_H

#include "base/arena.h"

struct net {
    unsigned char bytes[16];
    unsigned bits; /* of the 128 that count */
};

/* E_INVALID: not an address, a prefix that is too long, or bits set behind the prefix. */
MUST_CHECK enum error net_parse(struct slice text, struct net *ret_net);

/* As net_parse reads it, in lower case; a single address has no prefix. */
struct slice net_print(struct arena *arena, const struct net *net);

/* True when every address of `inner` is in `outer`. */
bool net_holds(const struct net *outer, const struct net *inner);

/* A list separated by commas or blanks. E_INVALID when one of them is not a network;
 * *ret_count ≤ max. */
MUST_CHECK enum error nets_parse(struct slice text, struct net *ret_nets, size_t max,
                                 size_t *ret_count);

bool nets_hold(const struct net *nets, size_t count, const struct net *one);

/* Loopback, private, link-local, carrier-grade, unspecified or multicast (RFC 6890): addresses where
 * proxies and whole offices live. */
bool net_is_private(const struct net *net);

#endif
