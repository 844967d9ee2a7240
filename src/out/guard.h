/* Which addresses may be connected to from here.
 *
 * Public unicast only: what IANA's special-purpose registries (RFC 6890 and its updates) call
 * globally reachable. Everything else (this machine, private and carrier-grade networks, link-local with
 * its metadata services, tunnels that hide an IPv4 address) only when the operator named the network
 * in OUTGOING_ALLOW. */
#ifndef ASTRALFIELD_OUT_GUARD_H
#define ASTRALFIELD_OUT_GUARD_H

#include "base/nets.h"

enum { OUT_ALLOW_MAX = 32 };

/* The operator's networks, in the form of nets_parse; replaces what was allowed before. E_INVALID when
 * the text is no such list or has more than OUT_ALLOW_MAX networks; then nothing changes. Once, before
 * there are threads. */
MUST_CHECK enum error out_allow(struct slice text);

/* True for one address (bits = 128) that the whole internet may reach; 64:ff9b::/96 (NAT64) counts as the
 * IPv4 address in it. */
bool out_is_public(const struct net *address);

/* Public, or allowed. Any thread. */
bool out_may_reach(const struct net *address);

#endif
