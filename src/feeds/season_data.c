#include "feeds/season_data.h"

#include "base/check.h"

void season_data_init(struct season_data *data, struct arena *arena, struct faults *faults,
                      int64_t season)
{
    *data = (struct season_data){ .arena = arena, .faults = faults, .season = season };
    data->report.arena = arena;
    data->claims.arena = arena;
    data->games_by_id.arena = arena;
    data->games_by_team.arena = arena;
    data->weeks_by_team.arena = arena;
    data->seen.arena = arena;
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        data->batches[i].arena = arena;
    }
}
