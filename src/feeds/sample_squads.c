/* Invented players: names from parts that no club's media guide has, shares by place in the squad. */
#include "base/check.h"
#include "feeds/people.h"
#include "feeds/sample_parts.h"

static const struct slice first_heads[] = {
    S_INIT("Zan"), S_INIT("Quo"), S_INIT("Vel"), S_INIT("Ori"), S_INIT("Tam"), S_INIT("Bex"),
    S_INIT("Fen"), S_INIT("Jor"), S_INIT("Kel"), S_INIT("Lum"), S_INIT("Nix"), S_INIT("Pax"),
    S_INIT("Rho"), S_INIT("Syl"), S_INIT("Ulf"), S_INIT("Wex"),
};
static const struct slice first_tails[] = {
    S_INIT("drin"), S_INIT("mo"),  S_INIT("vik"), S_INIT("bo"),  S_INIT("rus"), S_INIT("zel"),
    S_INIT("wyn"),  S_INIT("tor"), S_INIT("lo"),  S_INIT("gar"), S_INIT("nix"), S_INIT("do"),
};
static const struct slice last_heads[] = {
    S_INIT("Amber"),  S_INIT("Bramble"),  S_INIT("Copper"),  S_INIT("Dapple"), S_INIT("Ember"),
    S_INIT("Fable"),  S_INIT("Gossamer"), S_INIT("Hollow"),  S_INIT("Inkle"),  S_INIT("Juniper"),
    S_INIT("Kettle"), S_INIT("Lantern"),  S_INIT("Moon"),    S_INIT("Nettle"), S_INIT("Otter"),
    S_INIT("Pepper"), S_INIT("Quill"),    S_INIT("Rattle"),  S_INIT("Sable"),  S_INIT("Thistle"),
    S_INIT("Umber"),  S_INIT("Velvet"),   S_INIT("Whistle"), S_INIT("Yonder"),
};
static const struct slice last_tails[] = {
    S_INIT("wick"),    S_INIT("fell"),  S_INIT("thorn"), S_INIT("lark"),
    S_INIT("moor"),    S_INIT("beck"),  S_INIT("spark"), S_INIT("dale"),
    S_INIT("feather"), S_INIT("shade"), S_INIT("whirl"), S_INIT("bloom"),
    S_INIT("drift"),   S_INIT("gate"),  S_INIT("snap"),  S_INIT("fox"),
};

/* The places of a squad: share of targets and of carries, thousandths of the club's. */
static const struct {
    enum position position;
    int targets, carries;
} places[SAMPLE_SQUAD] = {
    { POSITION_QB, 0, 110 },  { POSITION_QB, 0, 60 },   { POSITION_RB, 110, 520 },
    { POSITION_RB, 60, 260 }, { POSITION_RB, 20, 110 }, { POSITION_WR, 250, 0 },
    { POSITION_WR, 190, 0 },  { POSITION_WR, 120, 0 },  { POSITION_WR, 50, 0 },
    { POSITION_WR, 20, 0 },   { POSITION_TE, 150, 0 },  { POSITION_TE, 30, 0 },
    { POSITION_K, 0, 0 },
};

static struct slice pick(struct sample *sample, const struct slice *list, size_t count)
{
    return list[rng_below(&sample->rng, count)];
}

static void give_name(struct sample *sample, struct index *taken, struct sample_player *player)
{
    struct arena *arena = sample->data->arena;
    do {
        struct slice head = pick(sample, first_heads, ARRAY_LEN(first_heads));
        struct slice tail = pick(sample, first_tails, ARRAY_LEN(first_tails));
        player->first_name = arena_format(arena, "%.*s%.*s", FMT(head), FMT(tail));
        head = pick(sample, last_heads, ARRAY_LEN(last_heads));
        tail = pick(sample, last_tails, ARRAY_LEN(last_tails));
        player->last_name = arena_format(arena, "%.*s%.*s", FMT(head), FMT(tail));
        player->name =
            arena_format(arena, "%.*s %.*s", FMT(player->first_name), FMT(player->last_name));
    } while (index_find(taken, player->name) != NULL);
    index_add(taken, player->name, player);
}

static void add_person(struct sample *sample, const struct sample_player *player, int club)
{
    struct person_facts facts = person_facts_none();
    facts.name = player->name;
    facts.first_name = player->first_name;
    facts.last_name = player->last_name;
    facts.position = position_key(player->position);
    facts.team = sample_club(club);
    facts.jersey = sample_between(sample, 1, 99);
    facts.height = sample_between(sample, 69, 78);
    facts.weight = sample_between(sample, 185, 255);
    facts.ids[ID_SAMPLE] = player->id;
    people_add(sample->data, &facts, PEOPLE_ROSTER);
}

void sample_squads(struct sample *sample)
{
    struct index taken = { .arena = sample->data->arena };
    for (int club = 0; club < SAMPLE_CLUBS; club++) {
        sample->offense[club] = sample_between(sample, 880, 1120);
        sample->defense[club] = sample_between(sample, 880, 1120);
        for (int place = 0; place < SAMPLE_SQUAD; place++) {
            size_t index = (size_t)(club * SAMPLE_SQUAD + place);
            struct sample_player *player = &sample->players[index];
            *player = (struct sample_player){
                .id = arena_format(sample->data->arena, "S%04zu", index + 1),
                .position = places[place].position,
                .targets = places[place].targets * sample_between(sample, 700, 1300) / 1000,
                .carries = places[place].carries * sample_between(sample, 700, 1300) / 1000,
                .skill = sample_between(sample, 850, 1150),
            };
            give_name(sample, &taken, player);
            add_person(sample, player, club);
        }
    }
    people_to_batches(sample->data);
}
