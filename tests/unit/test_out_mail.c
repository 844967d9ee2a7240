/* Mail: what is written, what is refused, and what a server gets to hear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "out/guard.h"
#include "out/out.h"
#include "out_rig.h"

static struct arena arena;
static struct listener server;
static const struct slice one[] = { S_INIT("ops@example.org") };

static struct out_mail mail_of(struct slice subject, struct slice text)
{
    return (struct out_mail){ .arena = &arena,
                              .from = S("astralfield@example.org"),
                              .to = one,
                              .to_count = 1,
                              .subject = subject,
                              .text = text,
                              .now = INT64_C(1725814800) * US_PER_S };
}

static const char *text_of(const struct out_mail *mail)
{
    struct slice text = S("");
    struct slice why = S("");
    assert_int_equal(out_message(mail, &text, &why), OK);
    return arena_cstr(&arena, text);
}

static void a_mail_has_the_lines_that_readers_expect(void **state)
{
    (void)state;
    struct out_mail mail = mail_of(S("Errors above 1 %"), S("One = two \nnext\n"));
    const char *text = text_of(&mail);
    assert_non_null(strstr(text, "From: AstralField <astralfield@example.org>\r\n"));
    assert_non_null(strstr(text, "\r\nTo: <ops@example.org>\r\n"));
    assert_non_null(strstr(text, "\r\nSubject: Errors above 1 %\r\n"));
    assert_non_null(strstr(text, "\r\nDate: Sun, 08 Sep 2024 17:00:00 +0000\r\n"));
    assert_non_null(strstr(text, "\r\nMessage-ID: <"));
    assert_non_null(strstr(text, "\r\n\r\nOne =3D two=20\r\nnext\r\n"));
}

static void a_subject_beyond_ascii_is_encoded_without_cutting_letters(void **state)
{
    (void)state;
    struct out_mail mail = mail_of(S("Fehler \xc3\xbc"
                                     "ber 1 %, seit zwanzig Minuten \xe2\x80\x94 pr\xc3\xbc"
                                     "fen"),
                                   S("x"));
    const char *text = text_of(&mail);
    assert_non_null(strstr(text, "Subject: =?UTF-8?B?RmVobGVyIMO8YmVyIDEgJSwgc2VpdCB6d2Fuemln"));
    assert_non_null(strstr(text, "\r\n =?UTF-8?B?"));
}

static void no_line_is_longer_than_a_mail_may_have(void **state)
{
    (void)state;
    char wide[4000];
    memset(wide, '=', sizeof(wide));
    memset(wide, 'a', 1000);
    struct out_mail mail = mail_of(S("s"), (struct slice){ .ptr = wide, .len = sizeof(wide) });
    struct slice rest = slice_from(text_of(&mail));
    while (rest.ptr != NULL) {
        assert_true(slice_cut(&rest, '\n').len <= 78);
    }
}

static void line_breaks_in_addresses_and_subjects_are_refused(void **state)
{
    (void)state;
    static const struct slice addresses[] = {
        S_INIT("a@b.c\r\nBcc: x@y.z"),
        S_INIT("a@b.c\n"),
        S_INIT("a@b.c>"),
        S_INIT("<a@b.c"),
        S_INIT("a b@c.d"),
        S_INIT("a@b@c"),
        S_INIT("@b.c"),
        S_INIT("a@"),
        S_INIT("a"),
        S_INIT(""),
        S_INIT("a,b@c.d"),
        S_INIT("\"a\"@b.c"),
        S_INIT("a@b.c RCPT TO:<x@y>"),
        S_INIT("\xc3\xbc@b.c"),
    };
    static const struct slice subjects[] = { S_INIT("a\r\nBcc: x@y.z"), S_INIT("a\nb"),
                                             S_INIT("a\rb"), S_INIT("a\x7f"), S_INIT("\xff") };
    struct slice text = S("");
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        struct slice why = S("");
        struct out_mail mail = mail_of(S("s"), S("t"));
        mail.from = addresses[i];
        assert_int_equal(out_message(&mail, &text, &why), E_INVALID);
        mail = mail_of(S("s"), S("t"));
        mail.to = &addresses[i];
        assert_int_equal(out_message(&mail, &text, &why), E_INVALID);
        assert_true(why.len > 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
        struct slice why = S("");
        struct out_mail mail = mail_of(subjects[i], S("t"));
        assert_int_equal(out_message(&mail, &text, &why), E_INVALID);
    }
}

/* A mail server that offers no TLS. */
static void serve_smtp(struct listener *listener, int fd)
{
    static const char *const says[] = { "220 hello\r\n", "250-here\r\n250 SIZE 100000\r\n",
                                        "250 ok\r\n",    "250 ok\r\n",
                                        "354 go on\r\n", "250 taken\r\n",
                                        "221 bye\r\n" };
    static const char *const until[] = { NULL,       "EHLO",      "MAIL FROM", "RCPT TO",
                                         "DATA\r\n", "\r\n.\r\n", "QUIT" };
    listener->got_len = 0;
    listener->got[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(says); i++) {
        if (until[i] != NULL && strstr(listener->got, until[i]) == NULL) {
            rig_read_until(listener, fd, until[i]);
        }
        if (send(fd, says[i], strlen(says[i]), MSG_NOSIGNAL) < 0) {
            return;
        }
    }
}

static void a_server_gets_the_mail_and_nothing_that_looks_like_its_end(void **state)
{
    (void)state;
    struct out_reply reply;
    struct out_mail mail = mail_of(S("s"), S("one\n.\n.two\nRCPT TO:<x@y.z>\n"));
    char url[64];
    snprintf(url, sizeof(url), "smtp://127.0.0.1:%u", server.port);
    mail.server = slice_from(url);
    mail.is_plain_allowed = true;
    assert_int_equal(out_allow(S("")), OK);
    assert_int_equal(out_mail(&mail, &reply), E_OUT_REFUSED);
    assert_int_equal(server.connections, 0);
    assert_int_equal(out_allow(S("127.0.0.1")), OK);
    assert_int_equal(out_mail(&mail, &reply), OK);
    assert_int_equal(reply.status, 250);
    assert_non_null(strstr(server.got, "MAIL FROM:<astralfield@example.org>"));
    assert_non_null(strstr(server.got, "RCPT TO:<ops@example.org>\r\n"));
    assert_non_null(strstr(server.got, "\r\none\r\n..\r\n..two\r\nRCPT TO:<x@y.z>\r\n.\r\n"));
}

static void without_tls_nothing_is_sent_unless_that_is_allowed(void **state)
{
    (void)state;
    struct out_reply reply;
    struct out_mail mail = mail_of(S("s"), S("t"));
    char url[64];
    snprintf(url, sizeof(url), "smtp://127.0.0.1:%u", server.port);
    mail.server = slice_from(url);
    mail.user = S("u");
    mail.password = S("planted-word");
    assert_int_equal(out_mail(&mail, &reply), E_OUT_FAILED);
    assert_null(strstr(server.got, "MAIL FROM"));
    mail.server = S("http://127.0.0.1/");
    assert_int_equal(out_mail(&mail, &reply), E_OUT_REFUSED);
}

static int start(void **state)
{
    (void)state;
    server.serve = serve_smtp;
    listener_start(&server, "127.0.0.1");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    listener_stop(&server);
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_has_the_lines_that_readers_expect),
        cmocka_unit_test(a_subject_beyond_ascii_is_encoded_without_cutting_letters),
        cmocka_unit_test(no_line_is_longer_than_a_mail_may_have),
        cmocka_unit_test(line_breaks_in_addresses_and_subjects_are_refused),
        cmocka_unit_test(a_server_gets_the_mail_and_nothing_that_looks_like_its_end),
        cmocka_unit_test(without_tls_nothing_is_sent_unless_that_is_allowed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
