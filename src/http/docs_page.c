#include "http/docs_page.h"

#include "http/manual.h"

struct html_pen {
    struct pen pen;
    int list_level;
};

/* "[label](#anchor)" at the start of *rest: written as a link and taken off. Only links within this
 * server are made; other text stays text. */
static bool take_link(struct buffer *out, struct slice *rest)
{
    size_t label_end = slice_find(*rest, ']', 0);
    if (rest->len < label_end + 4 || rest->ptr[label_end + 1] != '(' ||
        (rest->ptr[label_end + 2] != '#' && rest->ptr[label_end + 2] != '/')) {
        return false;
    }
    size_t end = slice_find(*rest, ')', label_end);
    if (end == rest->len) {
        return false;
    }
    buffer_add(out, S("<a href=\""));
    buffer_escaped(out, slice_from_to(*rest, label_end + 2, end), HTML_SPECIALS);
    buffer_add(out, S("\">"));
    buffer_escaped(out, slice_from_to(*rest, 1, label_end), HTML_SPECIALS);
    buffer_add(out, S("</a>"));
    *rest = slice_from_to(*rest, end + 1, rest->len);
    return true;
}

/* Text with `code` and [links](#anchor). */
static void marked(struct buffer *out, struct slice rest)
{
    while (rest.len > 0) {
        if (rest.ptr[0] == '[' && take_link(out, &rest)) {
            continue;
        }
        size_t code_end = rest.ptr[0] == '`' ? slice_find(rest, '`', 1) : rest.len;
        if (code_end < rest.len) {
            buffer_add(out, S("<code>"));
            buffer_escaped(out, slice_from_to(rest, 1, code_end), HTML_SPECIALS);
            buffer_add(out, S("</code>"));
            rest = slice_from_to(rest, code_end + 1, rest.len);
            continue;
        }
        buffer_escaped(out, slice_from_to(rest, 0, 1), HTML_SPECIALS);
        rest = slice_from_to(rest, 1, rest.len);
    }
}

static void html_open(struct pen *pen, int level, const char *anchor, struct slice heading)
{
    struct buffer *out = &pen->out;
    const char *element = level == 2 ? "section" : "article";
    buffer_format(out, "<%s id=\"%s\">\n<h%d>", element, anchor, level);
    struct slice rest = heading;
    struct slice word = slice_cut(&rest, ' ');
    if (slice_starts(slice_from(anchor), S("op-")) && rest.ptr != NULL) {
        buffer_add(out, S("<span class=\"method\">"));
        buffer_escaped(out, word, HTML_SPECIALS);
        buffer_add(out, S("</span> <code>"));
        buffer_escaped(out, rest, HTML_SPECIALS);
        buffer_add(out, S("</code>"));
    } else {
        buffer_escaped(out, heading, HTML_SPECIALS);
    }
    buffer_format(out, "</h%d>\n", level);
}

static void html_close(struct pen *pen, int level)
{
    buffer_add(&pen->out, level == 2 ? S("</section>\n") : S("</article>\n"));
}

/* Empty lines part paragraphs. */
static void html_paragraph(struct pen *pen, struct slice text)
{
    while (text.len > 0) {
        const char *gap = memmem(text.ptr, text.len, "\n\n", 2);
        size_t end = gap == NULL ? text.len : (size_t)(gap - text.ptr);
        buffer_add(&pen->out, S("<p>"));
        marked(&pen->out, slice_from_to(text, 0, end));
        buffer_add(&pen->out, S("</p>\n"));
        text = slice_from_to(text, gap == NULL ? end : end + 2, text.len);
    }
}

static void html_code(struct pen *pen, struct slice text)
{
    buffer_add(&pen->out, S("<pre tabindex=\"0\"><code>"));
    buffer_escaped(&pen->out, text, HTML_SPECIALS);
    buffer_add(&pen->out, S("</code></pre>\n"));
}

static void html_table(struct pen *pen, const char *const columns[MANUAL_COLUMNS])
{
    buffer_add(&pen->out, S("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>"));
    for (size_t i = 0; i < MANUAL_COLUMNS; i++) {
        buffer_format(&pen->out, "<th scope=\"col\">%s</th>", columns[i]);
    }
    buffer_add(&pen->out, S("</tr></thead>\n<tbody>\n"));
}

static void html_row(struct pen *pen, const struct slice cells[MANUAL_COLUMNS])
{
    buffer_add(&pen->out, S("<tr>"));
    for (size_t i = 0; i < MANUAL_COLUMNS; i++) {
        buffer_add(&pen->out, i == 0 ? S("<th scope=\"row\">") : S("<td>"));
        marked(&pen->out, cells[i]);
        buffer_add(&pen->out, i == 0 ? S("</th>") : S("</td>"));
    }
    buffer_add(&pen->out, S("</tr>\n"));
}

static void html_table_end(struct pen *pen)
{
    buffer_add(&pen->out, S("</tbody>\n</table></div>\n"));
}

static void html_item(struct pen *pen, int level, struct slice text)
{
    struct html_pen *html = (struct html_pen *)pen;
    bool is_deeper = level > html->list_level;
    if (is_deeper) {
        buffer_add(&pen->out, S("<ul>\n"));
    } else {
        buffer_add(&pen->out, html->list_level > level ? S("</li>\n</ul></li>\n") : S("</li>\n"));
    }
    buffer_add(&pen->out, S("<li>"));
    marked(&pen->out, text);
    html->list_level = level;
}

static void html_list_end(struct pen *pen)
{
    struct html_pen *html = (struct html_pen *)pen;
    for (; html->list_level > 0; html->list_level--) {
        buffer_add(&pen->out, S("</li>\n</ul>"));
    }
    buffer_byte(&pen->out, '\n');
}

struct slice docs_page(const struct api *api, struct arena *arena)
{
    struct html_pen html = { .pen = { .open = html_open,
                                      .close = html_close,
                                      .paragraph = html_paragraph,
                                      .code = html_code,
                                      .table = html_table,
                                      .row = html_row,
                                      .table_end = html_table_end,
                                      .item = html_item,
                                      .list_end = html_list_end } };
    struct buffer *out = &html.pen.out;
    buffer_init(out, arena);
    buffer_add(out, S("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"color-scheme\" content=\"dark light\">\n"
                      "<title>AstralField API</title>\n"
                      "<link rel=\"stylesheet\" href=\"" DOCS_STYLE_PATH "\">\n</head>\n<body>\n"
                      "<a class=\"skip\" href=\"#main\">Skip the contents</a>\n<header>\n"
                      "<h1>AstralField API</h1>\n<p>Version "));
    buffer_escaped(out, api->version, HTML_SPECIALS);
    buffer_add(out, S(" · <a href=\"" DOCS_OPENAPI_PATH "\">OpenAPI document</a></p>\n</header>\n"
                      "<nav aria-label=\"Contents\">\n"));
    manual_contents(&html.pen, api);
    buffer_add(out, S("</nav>\n<main id=\"main\" tabindex=\"-1\">\n"));
    manual_body(&html.pen, api);
    buffer_add(out, S("</main>\n</body>\n</html>\n"));
    return buffer_slice(out);
}

/* The colours are the web client's: night game, and its light twin. */
struct slice docs_style(void)
{
    return S(
        ":root {\n"
        "  color-scheme: dark light;\n"
        "  --bg: #090b10; --card: #11151d; --raised: #171c26; --line: #2c3545;\n"
        "  --t1: #f2f5fa; --t2: #b3becf; --link: #c9f24b; --method: #a998ff;\n"
        "}\n"
        "@media (prefers-color-scheme: light) {\n"
        "  :root {\n"
        "    --bg: #f4f6f9; --card: #ffffff; --raised: #eef1f5; --line: #cdd5df;\n"
        "    --t1: #10151f; --t2: #3f4a5c; --link: #4a6300; --method: #5a45c9;\n"
        "  }\n"
        "}\n"
        "* { box-sizing: border-box; }\n"
        "body { margin: 0; background: var(--bg); color: var(--t1); "
        "font: 15px/1.5 system-ui, sans-serif; }\n"
        "header, main, nav { padding: 16px 24px; max-width: 1100px; }\n"
        "h1 { font-size: 26px; margin: 8px 0 0; }\n"
        "h2 { font-size: 21px; margin: 40px 0 8px; padding-top: 16px; "
        "border-top: 1px solid var(--line); }\n"
        "h3 { font-size: 16px; margin: 0 0 8px; overflow-wrap: anywhere; }\n"
        "p { margin: 8px 0; max-width: 75ch; color: var(--t2); }\n"
        "a { color: var(--link); }\n"
        "a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); "
        "outline-offset: 2px; }\n"
        "main:focus { outline: none; }\n"
        ".skip { position: absolute; left: -999px; }\n"
        ".skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px 12px; }\n"
        "code, pre { font: 13px/1.45 ui-monospace, monospace; }\n"
        "code { background: var(--raised); border-radius: 4px; padding: 1px 4px; "
        "color: var(--t1); }\n"
        "pre { background: var(--raised); border-radius: 10px; padding: 12px; overflow-x: auto; }\n"
        "pre code { padding: 0; background: none; }\n"
        "article { background: var(--card); border: 1px solid var(--line); border-radius: 14px; "
        "padding: 16px; margin: 16px 0; }\n"
        ".method { color: var(--method); font-weight: 700; }\n"
        ".scroll { overflow-x: auto; margin: 8px 0; }\n"
        "table { border-collapse: collapse; width: 100%; font-size: 14px; }\n"
        "th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; "
        "border-bottom: 1px solid var(--line); }\n"
        "thead th { color: var(--t2); font-weight: 600; }\n"
        "tbody th { font-weight: 400; }\n"
        "nav ul { list-style: none; margin: 0; padding: 0; }\n"
        "nav ul ul { padding-left: 16px; font-size: 14px; }\n"
        "nav a { display: inline-block; padding: 3px 0; text-decoration: none; "
        "overflow-wrap: anywhere; }\n"
        "nav a:hover { text-decoration: underline; }\n"
        "@media (min-width: 1200px) {\n"
        "  body { display: grid; grid-template-columns: 340px minmax(0, 1fr); }\n"
        "  header { grid-column: 1 / -1; max-width: none; }\n"
        "  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; }\n"
        "}\n"
        "@media print { nav { display: none; } }\n");
}
