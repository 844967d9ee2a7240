#include "feeds/sample_parts.h"

#include "base/check.h"
#include "feeds/games.h"

struct slice sample_club(int club)
{
    static const struct slice codes[SAMPLE_CLUBS] = {
        S_INIT("ARI"), S_INIT("ATL"), S_INIT("BAL"), S_INIT("BUF"), S_INIT("CAR"), S_INIT("CHI"),
        S_INIT("CIN"), S_INIT("CLE"), S_INIT("DAL"), S_INIT("DEN"), S_INIT("DET"), S_INIT("GB"),
        S_INIT("HOU"), S_INIT("IND"), S_INIT("JAX"), S_INIT("KC"),  S_INIT("LA"),  S_INIT("LAC"),
        S_INIT("LV"),  S_INIT("MIA"), S_INIT("MIN"), S_INIT("NE"),  S_INIT("NO"),  S_INIT("NYG"),
        S_INIT("NYJ"), S_INIT("PHI"), S_INIT("PIT"), S_INIT("SEA"), S_INIT("SF"),  S_INIT("TB"),
        S_INIT("TEN"), S_INIT("WAS"),
    };
    CHECK(club >= 0);
    CHECK(club < SAMPLE_CLUBS);
    return codes[club];
}

int sample_between(struct sample *sample, int low, int high)
{
    return low + (int)rng_below(&sample->rng, (uint64_t)(high - low + 1));
}

bool sample_chance(struct sample *sample, int thousandths)
{
    return rng_below(&sample->rng, 1000) < (uint64_t)(thousandths < 0 ? 0 : thousandths);
}

static void add_games(const struct sample *sample)
{
    for (size_t i = 0; i < SAMPLE_GAMES; i++) {
        const struct sample_game *played = &sample->games[i];
        struct game game = {
            .id = arena_format(sample->data->arena, "S%lld_%02d_%.*s_%.*s",
                               (long long)sample->data->season, played->week,
                               FMT(sample_club(played->away)), FMT(sample_club(played->home))),
            .season_type = S("REG"),
            .week = played->week,
            .home = sample_club(played->home),
            .away = sample_club(played->away),
            .home_score = played->home_score,
            .away_score = played->away_score,
            .temp = BATCH_NO_NUMBER,
            .wind = BATCH_NO_NUMBER,
            .spread = BATCH_NO_NUMBER,
            .total = BATCH_NO_NUMBER,
            .kickoff = played->kickoff,
        };
        struct slice twice = games_add(sample->data, &game);
        CHECK(twice.ptr == NULL);
    }
}

void sample_season(struct season_data *data, uint64_t seed)
{
    struct sample *sample = ARENA_NEW(data->arena, struct sample);
    sample->data = data;
    rng_seed(&sample->rng, seed);
    data->is_sample = true;
    data->source = arena_format(data->arena, "simulated, seed %llu", (unsigned long long)seed);
    for (size_t i = 0; i < STAT_COUNT; i++) {
        data->covers_player[i] = true;
        data->covers_team[i] = true;
    }
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        data->report.tallies[i].note = data->source;
    }
    sample_schedule(sample);
    sample_squads(sample);
    sample_draft_order(sample);
    sample_play(sample);
    add_games(sample);
    games_to_batches(data);
    defences_to_batches(data);
}
