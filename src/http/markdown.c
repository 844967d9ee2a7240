/* The manual as Markdown (docs/api.md). */
#include "http/manual.h"

static void md_open(struct pen *pen, int level, const char *anchor, struct slice heading)
{
    buffer_format(&pen->out, "\n<a id=\"%s\"></a>\n\n%s %.*s\n", anchor, level == 2 ? "##" : "###",
                  FMT(heading));
}

static void md_close(struct pen *pen, int level)
{
    (void)pen;
    (void)level;
}

static void md_paragraph(struct pen *pen, struct slice text)
{
    buffer_format(&pen->out, "\n%.*s\n", FMT(text));
}

static void md_code(struct pen *pen, struct slice text)
{
    buffer_format(&pen->out, "\n```sh\n%.*s\n```\n", FMT(text));
}

static void md_cell(struct pen *pen, struct slice text)
{
    buffer_byte(&pen->out, ' ');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') {
            buffer_byte(&pen->out, '\\');
        }
        buffer_byte(&pen->out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
    buffer_add(&pen->out, S(" |"));
}

static void md_row(struct pen *pen, const struct slice cells[MANUAL_COLUMNS])
{
    buffer_byte(&pen->out, '|');
    for (size_t i = 0; i < MANUAL_COLUMNS; i++) {
        md_cell(pen, cells[i]);
    }
    buffer_byte(&pen->out, '\n');
}

static void md_table(struct pen *pen, const char *const columns[MANUAL_COLUMNS])
{
    struct slice cells[MANUAL_COLUMNS] = { slice_from(columns[0]), slice_from(columns[1]),
                                           slice_from(columns[2]), slice_from(columns[3]) };
    buffer_byte(&pen->out, '\n');
    md_row(pen, cells);
    buffer_add(&pen->out, S("|---|---|---|---|\n"));
}

static void md_item(struct pen *pen, int level, struct slice text)
{
    buffer_format(&pen->out, "%s- %.*s\n", level == 1 ? "" : "  ", FMT(text));
}

static void md_end(struct pen *pen)
{
    (void)pen;
}

struct slice api_manual(const struct api *api, struct arena *arena)
{
    struct pen pen = { .open = md_open,
                       .close = md_close,
                       .paragraph = md_paragraph,
                       .code = md_code,
                       .table = md_table,
                       .row = md_row,
                       .table_end = md_end,
                       .item = md_item,
                       .list_end = md_end };
    buffer_init(&pen.out, arena);
    buffer_add(&pen.out, S("# The API of AstralField\n\nGenerated from the server's endpoint rows; "
                           "do not edit.\n\n"));
    manual_contents(&pen, api);
    manual_body(&pen, api);
    return buffer_slice(&pen.out);
}
