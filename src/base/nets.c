#include "base/nets.h"

#include <arpa/inet.h>

#include "base/check.h"

enum { NET_TEXT_MAX = 64, V4_OFFSET = 96 };

static bool has_bits_behind(const struct net *net)
{
    for (unsigned bit = net->bits; bit < 128; bit++) {
        if ((net->bytes[bit / 8] & (0x80u >> (bit % 8))) != 0) {
            return true;
        }
    }
    return false;
}

enum error net_parse(struct slice text, struct net *ret_net)
{
    struct slice rest = slice_trim(text);
    struct slice address = slice_cut(&rest, '/');
    char copy[NET_TEXT_MAX];
    if (address.len == 0 || address.len >= sizeof(copy)) {
        return E_INVALID;
    }
    memcpy(copy, address.ptr, address.len);
    copy[address.len] = '\0';
    struct net net = { .bits = 128 };
    struct in_addr v4;
    bool is_v4 = inet_pton(AF_INET, copy, &v4) == 1;
    if (is_v4) {
        net.bytes[10] = 0xff;
        net.bytes[11] = 0xff;
        memcpy(net.bytes + 12, &v4, sizeof(v4));
    } else if (inet_pton(AF_INET6, copy, net.bytes) != 1) {
        return E_INVALID;
    }
    if (rest.ptr != NULL) {
        int64_t bits = 0;
        TRY(slice_to_int(rest, &bits));
        if (bits < 0 || bits > (is_v4 ? 32 : 128)) {
            return E_INVALID;
        }
        net.bits = (unsigned)bits + (is_v4 ? V4_OFFSET : 0);
    }
    if (has_bits_behind(&net)) {
        return E_INVALID;
    }
    *ret_net = net;
    return OK;
}

struct slice net_print(struct arena *arena, const struct net *net)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN];
    bool is_v4 = net->bits >= V4_OFFSET && memcmp(net->bytes, mapped, sizeof(mapped)) == 0;
    const void *bytes = is_v4 ? net->bytes + sizeof(mapped) : net->bytes;
    const char *printed = inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes, text, sizeof(text));
    CHECK(printed != NULL);
    return net->bits == 128
               ? arena_format(arena, "%s", text)
               : arena_format(arena, "%s/%u", text, net->bits - (is_v4 ? V4_OFFSET : 0u));
}

bool net_holds(const struct net *outer, const struct net *inner)
{
    if (inner->bits < outer->bits) {
        return false;
    }
    unsigned whole = outer->bits / 8;
    unsigned rest = outer->bits % 8;
    if (memcmp(outer->bytes, inner->bytes, whole) != 0) {
        return false;
    }
    unsigned mask = rest == 0 ? 0 : 0xffu << (8 - rest) & 0xffu;
    return mask == 0 || ((outer->bytes[whole] ^ inner->bytes[whole]) & mask) == 0;
}

enum error nets_parse(struct slice text, struct net *ret_nets, size_t max, size_t *ret_count)
{
    size_t count = 0;
    size_t at = 0;
    while (at < text.len) {
        size_t end = at;
        while (end < text.len && text.ptr[end] != ',' && text.ptr[end] != ' ') {
            end++;
        }
        if (end > at) {
            if (count == max) {
                return E_INVALID;
            }
            TRY(net_parse(slice_from_to(text, at, end), &ret_nets[count]));
            count++;
        }
        at = end + 1;
    }
    *ret_count = count;
    return OK;
}

bool nets_hold(const struct net *nets, size_t count, const struct net *one)
{
    for (size_t i = 0; i < count; i++) {
        if (net_holds(&nets[i], one)) {
            return true;
        }
    }
    return false;
}

bool net_is_private(const struct net *net)
{
    static const struct slice reserved[] = {
        S_INIT("0.0.0.0/8"),      S_INIT("10.0.0.0/8"),     S_INIT("100.64.0.0/10"),
        S_INIT("127.0.0.0/8"),    S_INIT("169.254.0.0/16"), S_INIT("172.16.0.0/12"),
        S_INIT("192.168.0.0/16"), S_INIT("224.0.0.0/3"),    S_INIT("::/127"),
        S_INIT("fc00::/7"),       S_INIT("fe80::/10"),      S_INIT("ff00::/8"),
    };
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
        struct net one = { 0 };
        enum error error = net_parse(reserved[i], &one);
        CHECK(error == OK);
        /* A wide net that reaches into a reserved one is no better than what lies inside. */
        if (net_holds(&one, net) || net_holds(net, &one)) {
            return true;
        }
    }
    return false;
}
