/* `astralfield doctor`: everything that could bite, looked at before it does. */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/doctor.h"

enum { CERTIFICATE_DAYS = 21, ASK_MS = 5000 };

/* ---- the server ---- */

/* Days until the certificate ends; false when there was none to see. */
static bool certificate_days(const char *url, int64_t *ret_days, bool *ret_is_trusted)
{
    struct curl_certinfo *chain = NULL;
    bool is_seen = false;
    for (int try = 0; try < 2 && !is_seen; try++) { /* at first as browsers look, then any */
        CURL *curl = curl_easy_init();
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ASK_MS);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, try == 0 ? 1L : 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, try == 0 ? 2L : 0L);
        if (curl_easy_perform(curl) == CURLE_OK &&
            curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) == CURLE_OK && chain != NULL &&
            chain->num_of_certs > 0) {
            for (struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next) {
                struct slice text = slice_from(line->data);
                struct slice name = S("Expire date:");
                if (slice_starts(text, name)) {
                    time_t end = curl_getdate(text.ptr + name.len, NULL);
                    *ret_days = ((int64_t)end - utime_now() / US_PER_S) / 86400;
                    *ret_is_trusted = try == 0;
                    is_seen = end != -1;
                }
            }
        }
        curl_easy_cleanup(curl);
    }
    return is_seen;
}

static void look_at_certificate(struct doctor *doctor)
{
    const char *url = doctor->settings.public_url;
    int64_t days = 0;
    bool is_trusted = false;
    struct checks *checks = &doctor->checks;
    if (!doctor->has_settings || !slice_starts(slice_from(url), S("https://"))) {
        check_add(checks, "certificate", CHECK_SKIPPED, "PUBLIC_URL is not https");
    } else if (!certificate_days(url, &days, &is_trusted)) {
        check_add(checks, "certificate", CHECK_WARNING, "%s cannot be reached from here", url);
        check_hint(checks, "is the proxy running, and does the name point at it?");
    } else {
        check_add(checks, "certificate",
                  !is_trusted || days < 0   ? CHECK_BAD
                  : days < CERTIFICATE_DAYS ? CHECK_WARNING
                                            : CHECK_GOOD,
                  "%s, for %" PRId64 " days more", is_trusted ? "trusted" : "not trusted", days);
        check_hint(checks, "renew it, then let the proxy read it again");
    }
}

void doctor_server(struct doctor *doctor)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    struct checks *checks = &doctor->checks;
    struct cli *cli = doctor->cli;
    if (call_open(cli, &call) != OK) {
        check_refused(checks, "server");
        return;
    }
    call.timeout_ms = ASK_MS;
    if (call_send(&call, "GET", "/api/health", S(""), &reply) != OK ||
        call_json(&call, &reply, &json) != OK) {
        check_add(checks, "server", CHECK_SKIPPED, "%s does not answer", call.base);
        cli->faults = (struct faults){ .arena = cli->arena };
    } else {
        struct slice version = json_at(cli->arena, json, "version");
        check_add(checks, "server", reply.status == 200 ? CHECK_GOOD : CHECK_BAD,
                  "%s: %.*s, version %.*s, mode %.*s", call.base,
                  FMT(json_at(cli->arena, json, "status")), FMT(version),
                  FMT(json_at(cli->arena, json, "mode")));
        check_hint(checks, "`astralfield health`");
        check_took(checks, reply.us);
    }
    look_at_certificate(doctor);
}

/* ---- the command ---- */

static int doctor_run(struct cli *cli)
{
    struct doctor doctor = {
        .cli = cli,
        .checks = { .cli = cli, .title = "doctor", .has_hints = cli_has(cli, "fix-hints") }
    };
    cli_forget_own_url(cli);
    doctor.has_settings = config_read(cli->data, &cli->faults, &doctor.settings) == OK;
    if (!doctor.has_settings) {
        for (const struct fault *fault = cli->faults.first; fault != NULL; fault = fault->next) {
            check_add(&doctor.checks, "settings", CHECK_BAD, "%.*s: %.*s", FMT(fault->at),
                      FMT(fault->message));
            check_hint(&doctor.checks, "`astralfield config` explains each");
        }
        cli->faults = (struct faults){ .arena = cli->arena };
    }
    doctor_machine(&doctor);
    if (doctor.has_settings) {
        doctor_settings(&doctor);
        doctor_database(&doctor);
        doctor_redis(&doctor);
    }
    doctor_server(&doctor);
    if (doctor.has_settings && doctor.settings.database_url[0] == '\0' &&
        getenv("DATABASE_URL") == NULL && access(cli->data, R_OK) == 0) {
        doctor_backups(&doctor);
    }
    return checks_print(&doctor.checks);
}

static const struct cli_option doctor_options[] = {
    { .name = "fix-hints", .doc = "say what to do about each finding" },
    CALL_URL_OPTION,
};

const struct command doctor_command = {
    .name = "doctor",
    .summary = "what could bite before a deploy",
    .help =
        "Looks at disk, memory, clock, descriptors and kernel settings; at settings that "
        "contradict\n"
        "each other and at permissions; at PostgreSQL's version, durability, room and migrations;\n"
        "at Redis; at the running server and its certificate; at the age of the backups. Changes\n"
        "nothing. Exit code 0: all well; 3: something to look at; 1: do not deploy.\n"
        "\n"
        "example: astralfield doctor --fix-hints",
    .options = doctor_options,
    .option_count = ARRAY_LEN(doctor_options),
    .run = doctor_run,
};
