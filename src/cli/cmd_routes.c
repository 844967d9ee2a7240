/* astralfield routes, openapi, manual: what the endpoint tables say about themselves. */
#include "api/app.h"
#include "cli/cli.h"
#include "http/openapi.h"

static struct api own_api(struct cli *cli)
{
    struct api api = { .version = S(ASTRALFIELD_VERSION) };
    app_tables(cli->arena, &api.tables, &api.count);
    return api;
}

static int print_routes(struct cli *cli)
{
    struct api api = own_api(cli);
    enum routes_format format = cli->is_json ? ROUTES_JSON : ROUTES_TEXT;
    cli_print("%.*s", FMT(routes_print(&api, format, cli->arena)));
    return EXIT_OK;
}

static int print_openapi(struct cli *cli)
{
    struct api api = own_api(cli);
    cli_print("%.*s", FMT(openapi_document(&api, cli->arena)));
    return EXIT_OK;
}

static int print_manual(struct cli *cli)
{
    struct api api = own_api(cli);
    cli_print("%.*s", FMT(api_manual(&api, cli->arena)));
    return EXIT_OK;
}

const struct command routes_command = {
    .name = "routes",
    .summary = "list every endpoint: method, path, who may, how often",
    .help = "Needs no running instance.\n\nexample: astralfield routes | grep standings",
    .run = print_routes,
};

const struct command openapi_command = {
    .name = "openapi",
    .summary = "print the API as an OpenAPI 3.1 document",
    .help = "The same as GET /api/docs/openapi.json. Needs no running instance.\n\n"
            "example: astralfield openapi > docs/openapi.json",
    .run = print_openapi,
};

const struct command api_manual_command = {
    .name = "api manual",
    .summary = "print the API manual as Markdown",
    .help = "The text of docs/api.md. Needs no running instance.\n\n"
            "example: astralfield api manual > docs/api.md",
    .run = print_manual,
};
