/* Settings that are each acceptable and together are not, and who may read and write what they name. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/doctor.h"

static bool is_loopback(const char *address)
{
    struct slice text = slice_from(address);
    return slice_starts(text, S("127.")) || slice_eq(text, S("::1"));
}

static bool is_https(const char *url)
{
    return slice_starts(slice_from(url), S("https://"));
}

static void contradict(struct doctor *doctor, bool is_so, enum check_state state, const char *what,
                       const char *hint)
{
    if (is_so) {
        check_add(&doctor->checks, "settings", state, "%s", what);
        check_hint(&doctor->checks, "%s", hint);
    }
}

static void look_at_network(struct doctor *doctor)
{
    const struct config *set = &doctor->settings;
    contradict(doctor, is_https(set->public_url) && !set->trust_proxy, CHECK_BAD,
               "PUBLIC_URL is https, and TRUST_PROXY is off: cookies are not Secure, and every "
               "client has the proxy's address",
               "TRUST_PROXY=on");
    contradict(doctor, set->trust_proxy && set->public_url[0] == '\0', CHECK_WARNING,
               "TRUST_PROXY is on and PUBLIC_URL is empty: links in mails point at this machine",
               "PUBLIC_URL=https://the address people type");
    contradict(doctor, set->trust_proxy && !is_loopback(set->listen_address), CHECK_WARNING,
               "TRUST_PROXY is on and the port is open to the network: who reaches it past the "
               "proxy says himself who he is",
               "LISTEN_ADDRESS=127.0.0.1, or a firewall that lets the proxy in alone");
    contradict(doctor, !set->trust_proxy && !is_loopback(set->listen_address), CHECK_WARNING,
               "the port is open to the network without TLS",
               "put a proxy that speaks TLS before it (deploy/haproxy)");
    contradict(doctor,
               slice_find(slice_from(set->ops_allow), '/', 0) < slice_from(set->ops_allow).len &&
                   (slice_starts(slice_from(set->ops_allow), S("0.0.0.0/0")) ||
                    slice_ends(slice_from(set->ops_allow), S("/0"))),
               CHECK_BAD, "OPS_ALLOW lets the whole world in", "name the machines that may");
    contradict(doctor, !set->rate_limits, CHECK_WARNING, "RATE_LIMITS is off",
               "it is for measuring only: RATE_LIMITS=on");
    contradict(doctor, set->log_level == 0, CHECK_WARNING, "LOG_LEVEL is debug",
               "LOG_LEVEL=info, unless you are looking for something");
}

static void look_at_limits(struct doctor *doctor)
{
    const struct config *set = &doctor->settings;
    contradict(doctor, set->db_acquire_timeout_ms + set->db_tx_timeout_ms > set->running_ms,
               CHECK_WARNING,
               "a request may end (RUNNING_MS) before its statement (DB_ACQUIRE_TIMEOUT_MS + "
               "DB_TX_TIMEOUT_MS) does",
               "a longer RUNNING_MS, or shorter ones of the database");
    contradict(doctor, set->socket_idle_ms <= set->socket_ping_ms, CHECK_BAD,
               "SOCKET_IDLE_MS is not longer than SOCKET_PING_MS: sockets close before they are "
               "asked",
               "SOCKET_IDLE_MS at least twice SOCKET_PING_MS");
    contradict(doctor, set->connections_per_address > set->connections, CHECK_WARNING,
               "CONNECTIONS_PER_ADDRESS is more than CONNECTIONS", "one client may take all");
}

static void look_at_copies(struct doctor *doctor)
{
    const struct config *set = &doctor->settings;
    struct stat data = { 0 }, copy = { 0 };
    bool is_embedded = set->database_url[0] == '\0';
    contradict(doctor, is_embedded && set->backup_every_hours == 0, CHECK_BAD,
               "BACKUP_EVERY_HOURS is 0: there is no backup", "BACKUP_EVERY_HOURS=24");
    contradict(doctor, is_embedded && set->backup_copy_dir[0] == '\0', CHECK_WARNING,
               "BACKUP_COPY_DIR is empty: the disk lost, everything is lost",
               "a folder on another disk or host");
    if (set->backup_copy_dir[0] != '\0' && stat(doctor->cli->data, &data) == 0) {
        bool is_there = stat(set->backup_copy_dir, &copy) == 0;
        contradict(doctor, !is_there, CHECK_BAD, "BACKUP_COPY_DIR is not there",
                   "is the second disk mounted?");
        contradict(doctor, is_there && copy.st_dev == data.st_dev, CHECK_WARNING,
                   "BACKUP_COPY_DIR is on the disk of the data", "use another disk or host");
    }
    if (set->backup_key_file[0] != '\0') {
        struct stat key = { 0 };
        bool is_key = stat(set->backup_key_file, &key) == 0;
        contradict(doctor, !is_key, CHECK_BAD, "BACKUP_KEY_FILE is not there",
                   "without it no backup can be restored");
        contradict(doctor, is_key && (key.st_mode & (S_IRGRP | S_IROTH)) != 0, CHECK_WARNING,
                   "BACKUP_KEY_FILE may be read by others", "chmod 400 it");
    }
}

static void look_at_permissions(struct doctor *doctor)
{
    struct stat data = { 0 }, file = { 0 };
    struct checks *checks = &doctor->checks;
    if (stat(doctor->cli->data, &data) != 0) {
        check_add(checks, "data directory", CHECK_WARNING, "%s is not there", doctor->cli->data);
        check_hint(checks, "name it with --data, or start with `astralfield up`");
        return;
    }
    bool is_open = (data.st_mode & S_IWOTH) != 0;
    check_add(checks, "data directory", is_open ? CHECK_BAD : CHECK_GOOD,
              "%s, of user %u, mode %03o", doctor->cli->data, (unsigned)data.st_uid,
              (unsigned)data.st_mode & 0777u);
    check_hint(checks, "everybody may write there: chmod o-w %s", doctor->cli->data);
    const char *path =
        arena_format(doctor->cli->arena, "%s/astralfield.conf", doctor->cli->data).ptr;
    if (stat(path, &file) == 0) {
        bool is_read = (file.st_mode & S_IROTH) != 0;
        check_add(checks, "settings file", is_read ? CHECK_WARNING : CHECK_GOOD, "%s, mode %03o",
                  path, (unsigned)file.st_mode & 0777u);
        check_hint(checks, "it may hold secrets: chmod 640 %s", path);
    }
}

void doctor_settings(struct doctor *doctor)
{
    size_t before = doctor->checks.count;
    look_at_network(doctor);
    look_at_limits(doctor);
    look_at_copies(doctor);
    if (doctor->checks.count == before) {
        check_add(&doctor->checks, "settings", CHECK_GOOD, "nothing contradicts");
    }
    look_at_permissions(doctor);
}
