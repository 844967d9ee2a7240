/* Leagues to test with: empty, full, drafted. */
import assert from 'node:assert/strict';
import { type Client, type Json, ok } from './client.js';
import { type Person, person } from './people.js';

export interface Wish {
  name?: string;
  teamName?: string;
  settings?: Json;
}

/** A league; its commissioner's own document of it. */
export async function makeLeague(client: Client, wish: Wish = {}): Promise<Json> {
  return ok(await client.post('/api/leagues', { name: 'Test league', teamName: 'Home', ...wish }));
}

export async function readLeague(client: Client, id: number): Promise<Json> {
  return ok(await client.get(`/api/leagues/${id}`));
}

/** Small enough to draft in no time: four teams of seven, three of them in the playoffs. */
export const SMALL = {
  maxTeams: 4,
  rosterSlots: [
    { slot: 'QB', count: 1 },
    { slot: 'RB', count: 1 },
    { slot: 'WR', count: 1 },
    { slot: 'FLEX', count: 1 },
    { slot: 'BN', count: 3 },
    { slot: 'IR', count: 1 },
  ],
  playoffTeams: 4,
  playoffStartWeek: 4,
  tradeDeadlineWeek: 3,
  waiverHours: 24,
};

export interface FullLeague {
  id: number;
  draftId: number;
  commissioner: Person;
  /** By team id, in the order they joined. */
  owners: Map<number, Person>;
}

/** A league whose teams all have an owner. */
export async function fullLeague(names: string[], wish: Wish = {}): Promise<FullLeague> {
  const people = await Promise.all(names.map(person));
  const [commissioner, ...others] = people;
  assert(commissioner);
  const made = await makeLeague(commissioner.client, {
    teamName: `${commissioner.name}'s`,
    ...wish,
    settings: { maxTeams: names.length, ...wish.settings },
  });
  const { code } = ok(
    await commissioner.client.post(`/api/leagues/${made.id}/invites`, { uses: others.length }),
  );
  const owners = new Map([[made.myTeamId as number, commissioner]]);
  for (const other of others) {
    const joined = ok(
      await other.client.post(`/api/leagues/${made.id}/join`, {
        inviteCode: code,
        teamName: `${other.name}'s`,
      }),
    );
    owners.set(joined.team.id, other);
  }
  return { id: made.id, draftId: made.draftId, commissioner, owners };
}

/** Lets the commissioner pick for everybody until nobody is on the clock. */
export async function autoDraft(league: FullLeague): Promise<Json> {
  const { client } = league.commissioner;
  ok(await client.post(`/api/draft/${league.draftId}/control`, { action: 'start' }));
  let turn: Json;
  do {
    turn = ok(await client.post(`/api/draft/${league.draftId}/auto-pick`, {}));
  } while (turn.draft.state === 'running');
  assert.equal(turn.draft.state, 'complete');
  return turn.draft;
}

/** A drafted league of four, ready for its first week. */
export async function smallLeague(wish: Wish = {}): Promise<FullLeague> {
  const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan'], {
    ...wish,
    settings: { ...SMALL, ...wish.settings },
  });
  await autoDraft(league);
  return league;
}

export function ownerOf(league: FullLeague, teamId: number): Client {
  const owner = league.owners.get(teamId);
  assert(owner, `team ${teamId} has an owner`);
  return owner.client;
}

export async function setClock(league: FullLeague, at: string | number | Date): Promise<void> {
  ok(
    await league.commissioner.client.post(`/api/leagues/${league.id}/clock`, {
      replayAt: new Date(at).toISOString(),
    }),
  );
}

const DAY_MS = 86_400_000;

/** A moment at which all games of the week are over. */
export function afterWeek(document: Json, week: number): number {
  const at = document.weeks.findIndex((each: { week: number }) => each.week === week);
  const next = document.weeks[at + 1];
  const started = Date.parse(document.weeks[at].startsAt);
  return next === undefined ? started + 6.5 * DAY_MS : Date.parse(next.startsAt) - DAY_MS / 24;
}

/** Lets a week be played and makes it final. */
export async function playWeek(league: FullLeague, week: number): Promise<Json> {
  const { client } = league.commissioner;
  await setClock(league, afterWeek(await readLeague(client, league.id), week));
  return ok(await client.post(`/api/leagues/${league.id}/weeks/${week}/finalize`));
}
