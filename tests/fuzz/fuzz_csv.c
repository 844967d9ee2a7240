/* Any bytes as a file of the import: each reader takes or refuses it, in UTF-8 and within bounds. The
 * first byte chooses the reader; the second whether the bytes are gzip. */
#include <stdlib.h>

#include "base/check.h"
#include "feeds/adp.h"
#include "feeds/season_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static enum error read_schedule(struct season_data *data, const struct feed_file *file)
{
    size_t rows = 0;
    return read_games(data, file, &rows);
}

static enum error read_id_map(struct season_data *data, const struct feed_file *file)
{
    return read_people(data, file, PEOPLE_ID_MAP);
}

static enum error read_roster(struct season_data *data, const struct feed_file *file)
{
    return read_people(data, file, PEOPLE_ROSTER);
}

static enum error (*const readers[])(struct season_data *data, const struct feed_file *file) = {
    read_schedule,   read_id_map, read_roster,      read_player_weeks,
    read_team_weeks, read_teams,  read_projections, read_adp,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 1) {
        return 0;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    struct season_data *data = ARENA_NEW(&arena, struct season_data);
    struct feed_file file = { .name = S("fuzz.csv"),
                              .bytes = { .ptr = (const char *)bytes + 1, .len = len - 1 } };
    season_data_init(data, &arena, &faults, 2024);
    enum error error = gzip_unpack(&arena, &file, &faults);
    if (error == OK) {
        error = readers[bytes[0] % ARRAY_LEN(readers)](data, &file);
    }
    CHECK(error == OK || faults.detail.len > 0);
    CHECK(slice_is_utf8(faults.detail));
    if (error == OK) {
        games_to_batches(data);
        people_to_batches(data);
        defences_to_batches(data);
    }
    for (size_t i = 0; error == OK && i < IMPORT_KIND_COUNT; i++) {
        batches_end(&data->batches[i]);
        for (struct batch *batch = data->batches[i].first; batch != NULL; batch = batch->next) {
            CHECK(slice_is_utf8(batch->text));
        }
    }
    return 0;
}
