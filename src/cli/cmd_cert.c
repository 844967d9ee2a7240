/* `astralfield cert status|reload`: the certificate that HAProxy shows, and changing it while it runs. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "ops/config.h"

enum {
    PEM_BYTES_MAX = 256 * 1024,
    ANSWER_BYTES_MAX = 8192,
    DAYS_ENOUGH = 21,
    NAMES_MAX = 100,
    ANSWER_S = 10,
};
#define DAY_S INT64_C(86400)

struct certificate {
    struct slice subject, issuer;
    struct slice *names; /* its DNS names */
    size_t name_count;
    utime from, until;
    bool has_key; /* the file has the private key that belongs to it */
};

/* ---- reading ---- */

static enum error read_pem(struct cli *cli, const char *path, struct slice *ret_pem)
{
    char *text = arena_alloc(cli->arena, PEM_BYTES_MAX);
    FILE *file = fopen(path, "re");
    size_t len = file != NULL ? fread(text, 1, PEM_BYTES_MAX, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    if (len == 0 || len == PEM_BYTES_MAX) {
        return refuse(&cli->faults, E_FILE, "%s cannot be read as a PEM file", path);
    }
    *ret_pem = (struct slice){ .ptr = text, .len = len };
    return OK;
}

static struct slice name_text(struct arena *arena, const X509_NAME *name)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    CHECK(out != NULL);
    X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253);
    long len = BIO_get_mem_data(out, &bytes);
    struct slice text =
        arena_copy(arena, (struct slice){ .ptr = bytes, .len = len > 0 ? (size_t)len : 0 });
    BIO_free(out);
    return text;
}

static utime time_of(const ASN1_TIME *at)
{
    struct tm tm = { 0 };
    return ASN1_TIME_to_tm(at, &tm) == 1 ? (utime)timegm(&tm) * US_PER_S : 0;
}

static void read_names(struct arena *arena, const X509 *x509, struct certificate *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    certificate->names = ARENA_ARRAY(arena, NAMES_MAX, struct slice);
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && certificate->name_count < NAMES_MAX; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS) {
            certificate->names[certificate->name_count++] = arena_copy(
                arena, (struct slice){ .ptr = (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                                       .len = (size_t)ASN1_STRING_length(name->d.dNSName) });
        }
    }
    GENERAL_NAMES_free(names);
}

static enum error read_certificate(struct cli *cli, struct slice pem,
                                   struct certificate *ret_certificate)
{
    BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    X509 *x509 = PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    if (x509 == NULL) {
        ERR_clear_error();
        return refuse(&cli->faults, E_INVALID, "there is no certificate in that file");
    }
    in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    BIO_free(in);
    struct certificate certificate = {
        .subject = name_text(cli->arena, X509_get_subject_name(x509)),
        .issuer = name_text(cli->arena, X509_get_issuer_name(x509)),
        .from = time_of(X509_get0_notBefore(x509)),
        .until = time_of(X509_get0_notAfter(x509)),
        .has_key = key != NULL && X509_check_private_key(x509, key) == 1,
    };
    read_names(cli->arena, x509, &certificate);
    EVP_PKEY_free(key);
    X509_free(x509);
    ERR_clear_error();
    *ret_certificate = certificate;
    return OK;
}

/* ---- what both commands begin with ---- */

struct place {
    const char *file, *socket;
};

static enum error find_place(struct cli *cli, struct place *ret_place)
{
    struct config settings;
    struct slice file = cli_value(cli, "file");
    struct slice socket = cli_value(cli, "socket");
    TRY(config_read(cli->data, &cli->faults, &settings));
    *ret_place = (struct place){
        .file = file.ptr != NULL ? arena_cstr(cli->arena, file) : settings.certificate_file,
        .socket = socket.ptr != NULL ? arena_cstr(cli->arena, socket) : settings.haproxy_socket,
    };
    return ret_place->file[0] != '\0'
               ? OK
               : refuse(&cli->faults, E_USAGE,
                        "name the PEM file with --file, or set CERTIFICATE_FILE");
}

static int64_t days_left(const struct certificate *certificate)
{
    return (certificate->until - utime_now()) / (DAY_S * US_PER_S);
}

static bool is_good(const struct certificate *certificate)
{
    return days_left(certificate) >= DAYS_ENOUGH && certificate->from <= utime_now();
}

static void print_json(struct cli *cli, const struct certificate *certificate, bool is_loaded)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), is_good(certificate) ? S("ok") : S("expiring"));
    json_member_text(&json, S("subject"), certificate->subject);
    json_member_text(&json, S("issuer"), certificate->issuer);
    json_key(&json, S("names"));
    json_open_array(&json);
    for (size_t i = 0; i < certificate->name_count; i++) {
        json_text(&json, certificate->names[i]);
    }
    json_close_array(&json);
    json_member_time(&json, S("from"), certificate->from);
    json_member_time(&json, S("until"), certificate->until);
    json_member_int(&json, S("daysLeft"), days_left(certificate));
    json_member_bool(&json, S("hasKey"), certificate->has_key);
    json_member_bool(&json, S("loaded"), is_loaded);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static int status_run(struct cli *cli)
{
    struct place place;
    struct slice pem = S("");
    struct certificate certificate = { 0 };
    char until[UTIME_TEXT_MAX];
    enum error error = find_place(cli, &place);
    if (error == OK) {
        error = read_pem(cli, place.file, &pem);
    }
    if (error == OK) {
        error = read_certificate(cli, pem, &certificate);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, &certificate, false);
    } else {
        cli_print("subject  %.*s\nissuer   %.*s\n", FMT(certificate.subject),
                  FMT(certificate.issuer));
        for (size_t i = 0; i < certificate.name_count; i++) {
            cli_print("name     %.*s\n", FMT(certificate.names[i]));
        }
        cli_print("until    %.*s: %" PRId64 " days left%s\n",
                  FMT(utime_print(certificate.until, until)), days_left(&certificate),
                  is_good(&certificate) ? "" : ", renew it now");
        cli_print("key      %s\n",
                  certificate.has_key ? "in the file, and it fits" : "not in the file");
    }
    return is_good(&certificate) ? EXIT_OK : EXIT_DEGRADED;
}

/* ---- HAProxy's socket ---- */

/* One command, one answer; HAProxy closes after it. */
static enum error ask_haproxy(struct cli *cli, const char *path, struct slice command,
                              struct slice *ret_answer)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval limit = { .tv_sec = ANSWER_S };
    char *answer = arena_alloc(cli->arena, ANSWER_BYTES_MAX);
    size_t len = 0;
    ssize_t got = 0;
    if (slice_from(path).len >= sizeof(address.sun_path)) {
        return refuse(&cli->faults, E_INVALID, "the path of HAProxy's socket is too long");
    }
    memcpy(address.sun_path, path, slice_from(path).len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    bool is_sent = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                   send(fd, command.ptr, command.len, MSG_NOSIGNAL) == (ssize_t)command.len;
    int why = errno;
    shutdown(fd, SHUT_WR);
    while (is_sent && len < ANSWER_BYTES_MAX &&
           (got = recv(fd, answer + len, ANSWER_BYTES_MAX - len, 0)) > 0) {
        len += (size_t)got;
    }
    close(fd);
    if (!is_sent) {
        return refuse(&cli->faults, E_UNAVAILABLE, "HAProxy does not answer at %s: %s", path,
                      strerror(why));
    }
    *ret_answer = slice_trim((struct slice){ .ptr = answer, .len = len });
    return OK;
}

/* The new certificate is handed over whole, and only then shown: no handshake sees half of it. */
static enum error hand_over(struct cli *cli, const struct place *place, struct slice pem)
{
    struct slice name = cli_value(cli, "name");
    struct slice known = name.ptr != NULL ? name : slice_from(place->file);
    struct slice answer = S("");
    struct buffer lines;
    buffer_init(&lines, cli->arena);
    buffer_format(&lines, "set ssl cert %.*s <<\n", FMT(known));
    while (pem.ptr != NULL) { /* an empty line would end it */
        struct slice line = slice_trim(slice_cut(&pem, '\n'));
        if (line.len > 0) {
            buffer_format(&lines, "%.*s\n", FMT(line));
        }
    }
    buffer_byte(&lines, '\n');
    TRY(ask_haproxy(cli, place->socket, buffer_slice(&lines), &answer));
    if (!slice_starts(answer, S("Transaction "))) {
        return refuse(&cli->faults, E_INVALID, "HAProxy does not take it: %.*s", FMT(answer));
    }
    TRY(ask_haproxy(cli, place->socket,
                    arena_format(cli->arena, "commit ssl cert %.*s\n", FMT(known)), &answer));
    return slice_ends(answer, S("Success!"))
               ? OK
               : refuse(&cli->faults, E_INVALID, "HAProxy does not show it: %.*s", FMT(answer));
}

static int reload_run(struct cli *cli)
{
    struct place place;
    struct slice pem = S("");
    struct certificate certificate = { 0 };
    bool is_dry = cli_has(cli, "dry-run");
    enum error error = find_place(cli, &place);
    if (error == OK && place.socket[0] == '\0') {
        error = refuse(&cli->faults, E_USAGE,
                       "name HAProxy's socket with --socket, or set HAPROXY_SOCKET");
    }
    if (error == OK) {
        error = read_pem(cli, place.file, &pem);
    }
    if (error == OK) {
        error = read_certificate(cli, pem, &certificate);
    }
    if (error == OK && (!certificate.has_key || certificate.until < utime_now())) {
        error =
            refuse(&cli->faults, E_FORBIDDEN, "%s is not handed over: %s", place.file,
                   certificate.has_key ? "it has expired" : "its key is not in it, or another's");
    }
    if (error == OK && !is_dry) {
        error = hand_over(cli, &place, pem);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, &certificate, !is_dry);
    } else {
        cli_print("%.*s: %s, %" PRId64 " days left\n", FMT(certificate.subject),
                  is_dry ? "could be handed to HAProxy" : "HAProxy shows it from now on",
                  days_left(&certificate));
    }
    return is_good(&certificate) ? EXIT_OK : EXIT_DEGRADED;
}

/* ---- the commands ---- */

static const struct cli_option status_options[] = {
    { .name = "file", .value = "PEM", .doc = "certificate and key (default: CERTIFICATE_FILE)" },
};

const struct command cert_status_command = {
    .name = "cert status",
    .summary = "whose the certificate is, and how long it holds",
    .help = "Subject, names and days left. Exit code 3: fewer than 21 days, or not valid yet.\n\n"
            "example: astralfield cert status --file /etc/astralfield/certificate.pem",
    .options = status_options,
    .option_count = ARRAY_LEN(status_options),
    .run = status_run,
};

static const struct cli_option reload_options[] = {
    { .name = "file", .value = "PEM", .doc = "certificate and key (default: CERTIFICATE_FILE)" },
    { .name = "name", .value = "PATH", .doc = "what HAProxy calls it (default: the file)" },
    { .name = "socket", .value = "PATH", .doc = "HAProxy's socket (default: HAPROXY_SOCKET)" },
    { .name = "dry-run", .doc = "only check the file" },
};

const struct command cert_reload_command = {
    .name = "cert reload",
    .summary = "let HAProxy show the certificate that is in the file now",
    .help = "Hands the renewed file over through HAProxy's socket: nothing is restarted, no\n"
            "connection is lost. Call it when the file was renewed (a hook of certbot).\n\n"
            "example: astralfield cert reload --file /etc/astralfield/certificate.pem",
    .options = reload_options,
    .option_count = ARRAY_LEN(reload_options),
    .run = reload_run,
};
