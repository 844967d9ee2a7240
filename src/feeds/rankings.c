/* Average draft positions. The source has no ids that we share: names are matched in the database. */
#include "feeds/adp.h"
#include "feeds/name.h"
#include "feeds/season_data.h"
#include "rules/position.h"

static void write_hundredths(struct season_data *data, struct json *json, struct slice key,
                             int64_t value)
{
    json_key(json, key);
    if (value < 0) {
        json_none(json);
    } else {
        json_raw(json, arena_format(data->arena, "%lld.%02lld", (long long)(value / 100),
                                    (long long)(value % 100)));
    }
}

enum error read_adp(struct season_data *data, const struct feed_file *file)
{
    struct adp_list list = { 0 };
    TRY(adp_read(data->arena, file->name, file->bytes, data->faults, &list));
    if (list.season != 0 && list.season != data->season) {
        return refuse(data->faults, E_FEED, "%.*s: is of season %lld, not %lld", FMT(file->name),
                      (long long)list.season, (long long)data->season);
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct adp_entry *entry = &list.entries[i];
        struct json *json = batch_row(&data->batches[IMPORT_RANKINGS]);
        data->report.tallies[IMPORT_RANKINGS].read++;
        json_member_text(json, S("name"), entry->name);
        json_member_text(json, S("key"), name_key(data->arena, entry->name));
        json_member_text(json, S("position"), position_key(position_from(entry->position)));
        batch_text(json, S("team"), entry->team);
        write_hundredths(data, json, S("adp"), entry->adp);
        write_hundredths(data, json, S("stdev"), entry->stdev);
        batch_row_end(&data->batches[IMPORT_RANKINGS]);
    }
    return OK;
}
