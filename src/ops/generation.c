#include "ops/generation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

bool generation_channel(int ret_ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) == 0;
}

bool generation_say(int fd, enum say what, uint64_t first, uint64_t second)
{
    char text[SAY_BYTES_MAX];
    int len = snprintf(text, sizeof(text), "%c %" PRIu64 " %" PRIu64, (char)what, first, second);
    ssize_t sent = send(fd, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent == len || errno == EAGAIN;
}

struct said generation_hear(int fd)
{
    char text[SAY_BYTES_MAX + 1] = { 0 };
    ssize_t got = recv(fd, text, SAY_BYTES_MAX, MSG_DONTWAIT);
    if (got <= 0) {
        return (struct said){ .is_over = got == 0 || (errno != EAGAIN && errno != EINTR) };
    }
    struct said said = { .what = (enum say)text[0] };
    struct slice rest = { .ptr = text, .len = (size_t)got };
    int64_t number = 0;
    slice_cut(&rest, ' ');
    if (rest.ptr != NULL && slice_to_int(slice_cut(&rest, ' '), &number) == OK) {
        said.first = (uint64_t)number;
    }
    if (rest.ptr != NULL && slice_to_int(rest, &number) == OK) {
        said.second = (uint64_t)number;
    }
    return said;
}
