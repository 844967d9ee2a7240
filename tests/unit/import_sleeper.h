/* That league in memory. */
#include "import_rig.h"
#include "import_sleeper_documents.h"

static inline void put_league(struct rig *rig)
{
    rig_put(rig, "sleeper/v1/league/77", LEAGUE);
    rig_put(rig, "sleeper/v1/league/77/users", USERS);
    rig_put(rig, "sleeper/v1/league/77/rosters", ROSTERS);
    rig_put(rig, "sleeper/v1/league/77/matchups/1", WEEK("10.5", "9.0", "8.0", "7.25"));
    rig_put(rig, "sleeper/v1/league/77/matchups/2", WEEK("20.0", "19.0", "8.0", "17.0"));
    rig_put(rig, "sleeper/v1/league/77/matchups/3", WEEK("10.0", "5.0", "6.0", "12.0"));
    rig_put(rig, "sleeper/v1/league/77/matchups/4", WEEK("11.0", "6.0", "5.5", "10.0"));
    rig_put(rig, "sleeper/v1/league/77/winners_bracket", BRACKET);
    rig_put(rig, "sleeper/v1/players/nfl", PLAYERS);
}
