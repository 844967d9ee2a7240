#include "cli/components.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>

#include <curl/curl.h>
#include <hiredis/hiredis.h>
#include <jansson.h>
#include <liboath/oath.h>
#include <libpq-fe.h>
#include <llhttp.h>
#include <openssl/crypto.h>
#include <qrencode.h>
#include <sodium.h>
#include <uthash.h>
#include <wslay/wslayver.h>
#include <zlib.h>

#define TEXT_OF_(word) #word
#define TEXT_OF(word) TEXT_OF_(word)

static void add(struct components *components, const char *name, struct slice version,
                const char *how)
{
    if (components->count < COMPONENTS_MAX) {
        components->list[components->count++] =
            (struct component){ .name = name, .version = version, .how = how };
    }
}

static void add_called(struct arena *arena, struct components *components)
{
    int pq = PQlibVersion(); /* 150020 */
    add(components, "libpq", arena_format(arena, "%d.%d", pq / 10000, pq % 10000), "loaded");
    add(components, "openssl", slice_from(OpenSSL_version(OPENSSL_VERSION_STRING)), "loaded");
    add(components, "libsodium", slice_from(sodium_version_string()), "loaded");
    add(components, "liboath", slice_from(oath_check_version(NULL)), "loaded");
    add(components, "libqrencode", slice_from(QRcode_APIVersionString()), "loaded");
    add(components, "jansson", slice_from(jansson_version_str()), "loaded");
    add(components, "libcurl", slice_from(curl_version_info(CURLVERSION_NOW)->version), "loaded");
    add(components, "zlib", slice_from(zlibVersion()), "loaded");
    add(components, "hiredis",
        arena_format(arena, "%d.%d.%d", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH),
        "compiled in");
    add(components, "wslay", S(WSLAY_VERSION), "compiled in");
    add(components, "uthash", S(TEXT_OF(UTHASH_VERSION)), "compiled in");
    add(components, "llhttp",
        arena_format(arena, "%d.%d.%d", LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR,
                     LLHTTP_VERSION_PATCH),
        "compiled in");
}

struct finding {
    struct arena *arena;
    struct components *components;
};

/* "/usr/lib/…/libpsl.so.5.3.4" is libpsl 5.3.4: the version of the file, where its name says one. */
static int add_object(struct dl_phdr_info *info, size_t size, void *thing)
{
    struct finding *finding = thing;
    char path[PATH_MAX];
    (void)size;
    if (info->dlpi_name == NULL || info->dlpi_name[0] != '/' ||
        realpath(info->dlpi_name, path) == NULL) {
        return 0;
    }
    struct slice rest = slice_from(path);
    struct slice file = S("");
    while (rest.ptr != NULL) {
        file = slice_cut(&rest, '/');
    }
    struct slice name = slice_cut(&file, '.');
    struct slice so = file.ptr == NULL ? S("") : slice_cut(&file, '.');
    bool is_library = slice_starts(name, S("lib")) && slice_eq(so, S("so"));
    if (is_library && file.ptr != NULL && file.len > 0) {
        add(finding->components, arena_cstr(finding->arena, name), arena_copy(finding->arena, file),
            "shared object");
    }
    return 0;
}

void components_find(struct arena *arena, struct components *ret_components)
{
    struct finding finding = { .arena = arena, .components = ret_components };
    *ret_components = (struct components){ 0 };
    add_called(arena, ret_components);
    dl_iterate_phdr(add_object, &finding);
}

int version_compare(struct slice a, struct slice b)
{
    struct slice rest_a = a;
    struct slice rest_b = b;
    while (rest_a.ptr != NULL || rest_b.ptr != NULL) {
        struct slice part_a = rest_a.ptr == NULL ? S("0") : slice_cut(&rest_a, '.');
        struct slice part_b = rest_b.ptr == NULL ? S("0") : slice_cut(&rest_b, '.');
        int64_t number_a = 0;
        int64_t number_b = 0;
        if (slice_to_int(part_a, &number_a) == OK && slice_to_int(part_b, &number_b) == OK) {
            if (number_a != number_b) {
                return number_a < number_b ? -1 : 1;
            }
            continue;
        }
        size_t len = part_a.len < part_b.len ? part_a.len : part_b.len;
        int order = memcmp(part_a.ptr, part_b.ptr, len);
        if (order != 0 || part_a.len != part_b.len) {
            return order != 0 ? (order < 0 ? -1 : 1) : (part_a.len < part_b.len ? -1 : 1);
        }
    }
    return 0;
}
