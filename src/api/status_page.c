/* The status page: HTML that needs no script, one column, both colour schemes. A part's 90 days are one
 * SVG path for each colour, so that the page stays small. */
#include "api/status_view.h"
#include "base/check.h"

enum { BAR_STEP = 7, BAR_HEIGHT = 30, FAIR_BELOW = 9990, BAD_BELOW = 9500 };

/* Colours are those of the web client (web/src/styles/base.css). */
static const char style_text[] =
    ":root{color-scheme:light "
    "dark;--bg:#f4f6f9;--card:#fff;--line:#e1e6ed;--t1:#10151f;--t2:#3f4a5c;"
    "--t3:#5b6779;--good:#0b7148;--fair:#8a5200;--bad:#c21f38;--none:#cdd5df;--goodbg:#e4f4ec;"
    "--fairbg:#fbf0dc;--badbg:#fbe6e9;--nonebg:#eef1f5}"
    "@media(prefers-color-scheme:dark){:root{--bg:#090b10;--card:#11151d;--line:#1f2632;--t1:#"
    "f2f5fa;"
    "--t2:#b3becf;--t3:#8592a7;--good:#4bdc9f;--fair:#ffbd59;--bad:#ff6472;--none:#2c3545;"
    "--goodbg:#0f2a22;--fairbg:#2c2414;--badbg:#2e171d;--nonebg:#171c26}}"
    "*{box-sizing:border-box;margin:0}"
    "body{background:var(--bg);color:var(--t1);font:450 15px/1.45 Archivo,system-ui,'Segoe "
    "UI',Roboto,"
    "Arial,sans-serif;font-variant-numeric:tabular-nums}"
    "main{max-width:760px;margin:0 auto;padding:32px 16px 48px}"
    "header{display:flex;justify-content:space-between;align-items:baseline;gap:12px;"
    "margin-bottom:20px}"
    "h1{font-size:25px;line-height:1.1;font-weight:680;letter-spacing:-.01em}"
    "h2{font-size:17px;font-weight:650;margin:32px 0 12px}"
    "a{color:inherit}header a{color:var(--t2);font-size:14px;text-underline-offset:3px}"
    ".all{display:flex;gap:14px;align-items:center;border-radius:14px;padding:18px 20px;"
    "font-size:18px;font-weight:650}"
    ".all small{display:block;font-size:14px;font-weight:450;color:var(--t2)}"
    ".mark{flex:none;width:26px;height:26px}"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:14px;margin-top:16px}"
    ".part{padding:14px 20px 12px}.part+.part{border-top:1px solid var(--line)}"
    ".row{display:flex;justify-content:space-between;gap:12px;align-items:baseline}"
    ".row h3{font-size:15px;font-weight:650}"
    ".word{font-size:13.5px;font-weight:650;white-space:nowrap}"
    ".meta{color:var(--t3);font-size:13px}.ends{font-size:12px;white-space:nowrap}.note{color:var(-"
    "-t2);font-size:14px}"
    ".days{display:block;width:100%;height:30px;margin:8px 0 4px}"
    ".days path{fill:none;stroke-width:4.4}"
    ".good{color:var(--good)}.fair{color:var(--fair)}.bad{color:var(--bad)}.none{color:var(--t3)}"
    ".goodbg{background:var(--goodbg)}.fairbg{background:var(--fairbg)}.badbg{background:var(--"
    "badbg)}"
    ".nonebg{background:var(--nonebg)}"
    "path.g{stroke:var(--good)}path.f{stroke:var(--fair)}path.b{stroke:var(--bad)}"
    "path.n{stroke:var(--none)}"
    ".inc{padding:14px 20px}.inc+.inc{border-top:1px solid var(--line)}"
    "footer{margin-top:32px;color:var(--t3);font-size:13px}footer p+p{margin-top:6px}";

struct slice status_style(void)
{
    return slice_from(style_text);
}

/* ---- words ---- */

static const struct {
    const char *class, *word, *sentence;
    const char *mark; /* inside a 24 × 24 box */
} looks[STATUS_STATE_COUNT] = {
    [STATUS_GOOD] = { "good", "Operational", "Everything works",
                      "<circle cx='12' cy='12' r='10'/><path d='m7.5 12.5 3 3 6-7'/>" },
    [STATUS_FAIR] = { "fair", "Degraded", "Some things do not work as they should",
                      "<path d='M12 3 2 21h20z'/><path d='M12 10v5m0 3v.1'/>" },
    [STATUS_BAD] = { "bad", "Down", "AstralField is down",
                     "<circle cx='12' cy='12' r='10'/><path d='m8.5 8.5 7 7m0-7-7 7'/>" },
    [STATUS_UNKNOWN] = { "none", "Unknown", "Nothing is known just now",
                         "<circle cx='12' cy='12' r='10'/><path d='M7 12h10'/>" },
    [STATUS_ABSENT] = { "none", "Not used", "Not used",
                        "<circle cx='12' cy='12' r='10'/><path d='M7 12h10'/>" },
};

static void add_mark(struct buffer *out, enum status_state state)
{
    buffer_format(out,
                  "<svg class='mark %s' viewBox='0 0 24 24' fill='none' stroke='currentColor' "
                  "stroke-width='2' stroke-linecap='round' stroke-linejoin='round' "
                  "aria-hidden='true'>%s</svg>",
                  looks[state].class, looks[state].mark);
}

/* "2026-11-23 14:05 UTC" */
static void add_time(struct buffer *out, utime at)
{
    char text[UTIME_TEXT_MAX];
    struct slice stamp = utime_print(at, text);
    buffer_format(out, "<time datetime='%.*s'>%.10s %.5s UTC</time>", FMT(stamp), stamp.ptr,
                  stamp.ptr + 11);
}

static void add_age(struct buffer *out, int64_t seconds)
{
    if (seconds < 120) {
        buffer_format(out, "%lld seconds ago", (long long)(seconds < 0 ? 0 : seconds));
    } else if (seconds < 2 * 3600) {
        buffer_format(out, "%lld minutes ago", (long long)(seconds / 60));
    } else {
        buffer_format(out, "%lld hours ago", (long long)(seconds / 3600));
    }
}

/* ---- 90 days ---- */

static char look_of(const struct status_day *day)
{
    if (day->all == 0) {
        return 'n';
    }
    int64_t share = day->good * 10000 / day->all;
    return share >= FAIR_BELOW ? 'g' : share >= BAD_BELOW ? 'f' : 'b';
}

static void add_days(struct buffer *out, const struct status_part *part)
{
    static const char classes[] = { 'g', 'f', 'b', 'n' };
    buffer_format(out,
                  "<svg class=days viewBox='0 0 %d %d' preserveAspectRatio=none aria-hidden=true>",
                  STATUS_DAYS * BAR_STEP, BAR_HEIGHT);
    for (size_t c = 0; c < ARRAY_LEN(classes); c++) {
        bool has_any = false;
        for (size_t i = 0; i < STATUS_DAYS; i++) {
            if (look_of(&part->days[i]) == classes[c]) {
                if (!has_any) {
                    buffer_format(out, "<path class=%c d='", classes[c]);
                }
                buffer_format(out, "M%zu 0v%d", i * BAR_STEP + 3, BAR_HEIGHT);
                has_any = true;
            }
        }
        buffer_add(out, has_any ? S("'/>") : S(""));
    }
    buffer_add(out, S("</svg>"));
}

static size_t days_measured(const struct status_part *part)
{
    size_t count = 0;
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        count += part->days[i].all > 0;
    }
    return count;
}

static void add_part(struct buffer *out, enum status_part_id id, const struct status_part *part)
{
    size_t measured = days_measured(part);
    int64_t uptime = status_uptime(part);
    buffer_format(out,
                  "<div class=part><div class=row><h3>%s</h3><span class='word %s'>%s</span></div>",
                  status_part_name(id), looks[part->state].class, looks[part->state].word);
    if (part->note.len > 0) {
        buffer_add(out, S("<p class=note>"));
        buffer_escaped(out, part->note, HTML_SPECIALS);
        buffer_add(out, S("</p>"));
    }
    if (measured > 0) {
        add_days(out, part);
        buffer_format(out,
                      "<p class='row meta ends'><span>%d days ago</span><span>%lld.%02d %% of "
                      "%zu day%s</span><span>today</span></p>",
                      STATUS_DAYS - 1, (long long)(uptime / 100), (int)(uptime % 100), measured,
                      measured == 1 ? "" : "s");
    }
    buffer_add(out, S("</div>"));
}

/* ---- incidents ---- */

static void add_incident(struct buffer *out, const struct status_incident *incident)
{
    buffer_format(out, "<div class=inc><div class=row><h3>");
    buffer_escaped(out, incident->title, HTML_SPECIALS);
    buffer_format(out, "</h3><span class='word %s'>%.*s</span></div><p class=meta>",
                  incident->is_over ? "good" : "bad",
                  FMT(incident->is_over ? S("Resolved") : incident->severity));
    add_time(out, incident->since);
    if (incident->is_over && incident->until != 0) {
        buffer_add(out, S(" to "));
        add_time(out, incident->until);
    }
    buffer_add(out, S("</p></div>"));
}

static void add_incidents(struct buffer *out, const struct status_view *view, bool is_over)
{
    size_t count = 0;
    for (size_t i = 0; i < view->incident_count; i++) {
        if (view->incidents[i].is_over == is_over) {
            if (count++ == 0) {
                buffer_format(out, "<h2>%s</h2><div class=card>",
                              is_over ? "Past incidents" : "Open incidents");
            }
            add_incident(out, &view->incidents[i]);
        }
    }
    if (count > 0) {
        buffer_add(out, S("</div>"));
    } else if (is_over) {
        buffer_format(out, "<h2>Past incidents</h2><p class=note>%s</p>",
                      view->facts_at == 0 ? "Not known just now." : "None in the last 90 days.");
    }
}

/* ---- the page ---- */

static void add_banner(struct buffer *out, const struct status_view *view)
{
    enum status_state state = status_overall(view);
    buffer_format(out, "<div class='all %sbg' role=status>", looks[state].class);
    add_mark(out, state);
    buffer_format(out, "<div>%s.<small>", looks[state].sentence);
    if (view->at == 0) {
        buffer_add(out, S("No look has been taken yet."));
    } else {
        buffer_add(out, S("Measured "));
        add_age(out, (view->now - view->at) / US_PER_S);
        buffer_add(out, S(", at "));
        add_time(out, view->at);
    }
    buffer_add(out, S("</small></div></div>"));
}

static void add_head(struct buffer *out, const char *style)
{
    buffer_add(out, S("<!doctype html><html lang=en><head><meta charset=utf-8><title>AstralField "
                      "status</title><meta name=viewport content='width=device-width,"
                      "initial-scale=1'><meta http-equiv=refresh content=60><meta name=robots "
                      "content=noindex>"));
    if (style == NULL) {
        buffer_format(out, "<link rel=icon href='data:,'><style>%s</style>", style_text);
    } else {
        buffer_format(out, "<link rel=icon href='/icon.svg'><link rel=stylesheet href='%s'>",
                      style);
    }
    buffer_add(out, S("</head><body><main><header><h1>AstralField status</h1>"));
}

struct slice status_html(struct arena *arena, const struct status_view *view, const char *style)
{
    struct buffer out;
    bool is_inside = slice_eq(view->seen_from, S("inside"));
    buffer_init(&out, arena);
    add_head(&out, style);
    buffer_add(&out, is_inside ? S("<a href='/'>To the game</a></header>") : S("</header>"));
    add_banner(&out, view);
    add_incidents(&out, view, false);
    buffer_add(&out, S("<h2>Components</h2><div class=card>"));
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        add_part(&out, (enum status_part_id)i, &view->parts[i]);
    }
    buffer_add(&out, S("</div>"));
    add_incidents(&out, view, true);
    buffer_add(&out, is_inside
                         ? S("<footer><p>Told by the server itself, which looks at its parts "
                             "every few seconds. ")
                         : S("<footer><p>Told by a program that asks the server from outside. "));
    buffer_add(&out, S("A grey day is one on which nothing was measured. The page renews itself "
                       "every minute.</p><p>"));
    if (view->facts_at != 0) {
        buffer_add(&out, S("History and incidents as of "));
        add_time(&out, view->facts_at);
        buffer_add(&out, S(". "));
    }
    buffer_format(&out, "<a href='%s'>As JSON</a></p></footer></main></body></html>",
                  is_inside ? "/api/status" : "status.json");
    return buffer_slice(&out);
}
