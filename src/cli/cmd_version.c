/* `astralfield version`: which program this is; --sbom: what it is made of, as CycloneDX 1.5. */
#include "base/json.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/components.h"

static void write_component(struct json *json, const struct component *component)
{
    json_open_object(json);
    json_member_text(json, S("type"), S("library"));
    json_member_text(json, S("name"), slice_from(component->name));
    json_member_text(json, S("version"), component->version);
    json_member_text(json, S("purl"),
                     arena_format(json->out.arena, "pkg:generic/%s@%.*s", component->name,
                                  FMT(component->version)));
    json_key(json, S("properties"));
    json_open_array(json);
    json_open_object(json);
    json_member_text(json, S("name"), S("astralfield:found"));
    json_member_text(json, S("value"), slice_from(component->how));
    json_close_object(json);
    json_close_array(json);
    json_close_object(json);
}

static struct slice bill_of_materials(struct arena *arena)
{
    struct components *components = ARENA_NEW(arena, struct components);
    struct json json;
    components_find(arena, components);
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("bomFormat"), S("CycloneDX"));
    json_member_text(&json, S("specVersion"), S("1.5"));
    json_member_int(&json, S("version"), 1);
    json_key(&json, S("metadata"));
    json_open_object(&json);
    json_member_time(&json, S("timestamp"), utime_now());
    json_key(&json, S("component"));
    json_open_object(&json);
    json_member_text(&json, S("type"), S("application"));
    json_member_text(&json, S("name"), S("astralfield"));
    json_member_text(&json, S("version"), S(ASTRALFIELD_VERSION));
    json_close_object(&json);
    json_close_object(&json);
    json_key(&json, S("components"));
    json_open_array(&json);
    for (size_t i = 0; i < components->count; i++) {
        write_component(&json, &components->list[i]);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

static int run(struct cli *cli)
{
    if (cli_has(cli, "sbom")) {
        cli_print("%.*s\n", FMT(bill_of_materials(cli->arena)));
    } else if (cli->is_json) {
        cli_print("{\"version\":\"%s\"}\n", ASTRALFIELD_VERSION);
    } else {
        cli_print("astralfield %s\n", ASTRALFIELD_VERSION);
    }
    return EXIT_OK;
}

static const struct cli_option options[] = {
    { .name = "sbom", .doc = "the libraries in use with their versions, as CycloneDX JSON" },
};

const struct command version_command = {
    .name = "version",
    .summary = "which program this is, and what it is made of",
    .help = "--sbom names what this process has loaded, with the versions the libraries say of\n"
            "themselves, and what was compiled in.\n\n"
            "example: astralfield version --sbom > sbom.json",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run,
};
