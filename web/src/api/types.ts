/* Names for the parts of the generated API types. Nothing is described twice: every type here is looked up
   in schema.d.ts by the path that serves it. */
import type { paths } from './schema';

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Reply<O> = O extends { responses: infer R }
  ? Json<R extends { 200: infer A } ? A : R extends { 201: infer B } ? B : never>
  : never;
type Get<P extends keyof paths> = paths[P] extends { get: infer O } ? Reply<O> : never;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : never;
type Query<O> = O extends { parameters: { query?: infer T } } ? NonNullable<T> : never;

export type Health = Get<'/api/health'>;
export type Session = Get<'/api/auth/session'>;
export type User = NonNullable<Session['user']>;
export type SignedIn = Reply<paths['/api/auth/login']['post']>;
export type SignInSession = Get<'/api/auth/sessions'>['sessions'][number];
export type Dashboard = Get<'/api/dashboard'>;
export type DashboardTeam = Dashboard['teams'][number];
export type LeagueList = Get<'/api/leagues'>;
export type LeagueSummary = LeagueList['leagues'][number];
export type League = Get<'/api/leagues/{leagueId}'>;
export type LeagueWeek = League['weeks'][number];
export type Standings = Get<'/api/leagues/{leagueId}/standings'>;
export type StandingsRow = Standings['rows'][number];
export type Matchups = Get<'/api/leagues/{leagueId}/matchups'>;
export type Matchup = Matchups['matchups'][number];
export type Side = NonNullable<Matchup['home']>;
export type TeamRef = Side['team'];
export type WinLoss = Side['record'];
export type Activity = Get<'/api/leagues/{leagueId}/activity'>;
export type LeagueEvent = Activity['events'][number];
export type Playoffs = Get<'/api/leagues/{leagueId}/playoffs'>;
export type MatchupDoc = Get<'/api/matchups/{matchupId}'>;
export type MatchupRow = MatchupDoc['rows'][number];
export type Line = NonNullable<MatchupRow['home']>;
export type PlayerRef = Line['player'];
export type Game = NonNullable<Line['game']>;
export type TeamDoc = Get<'/api/teams/{teamId}'>;
export type RosterEntry = TeamDoc['roster'][number];
export type Lineup = Get<'/api/teams/{teamId}/lineup'>;
export type LineupSlot = Lineup['slots'][number];
export type LinePlayer = Lineup['bench'][number];
export type PlayerPage = Get<'/api/players'>;
export type PlayerRow = PlayerPage['players'][number];
export type PlayerQuery = Query<paths['/api/players']['get']>;
export type PlayerDoc = Get<'/api/players/{playerId}'>;
export type Draft = Get<'/api/draft/{draftId}'>;
/** A draft, and by how many milliseconds the server's clock is ahead of this device's. */
export type DraftDoc = Draft & { serverAheadMs: number };
export type DraftPick = Draft['picks'][number];
export type DraftQueue = Get<'/api/draft/{draftId}/queue'>;
export type NewDraft = Body<paths['/api/draft']['post']>;
export type NewLeague = Body<paths['/api/leagues']['post']>;
export type LineupSlotName = LineupBody['slots'][number]['slot'];
export type LineupBody = Body<paths['/api/teams/{teamId}/lineup']['put']>;
