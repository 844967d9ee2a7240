/* A player's card: who he is, his game log in this league's scoring, and dropping him when he is mine. */
import { useSignal } from '@preact/signals';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { call, client, newKey } from '../api/client';
import { isApiError } from '../api/problem';
import { leagueKey, leagueQuery, playerQuery, teamQuery } from '../api/queries';
import type { League, PlayerDoc } from '../api/types';
import { t } from '../i18n';
import { count, points } from '../i18n/format';
import { gameText } from '../lib/game';
import { statWords } from '../lib/stats';
import { leagueNow, leagueWeek } from '../state/session';
import { toast } from '../state/toasts';
import { Dialog } from './dialog';
import { InjuryTag, Plate, Pos, SampleTag } from './player';
import { Await, Bone } from './states';
import './player-card.css';

const Log = ({ doc, league }: { doc: PlayerDoc; league: League }) => {
  const weeks = doc.weeks.filter((w) => w.points !== null || w.game !== null);
  if (weeks.length === 0) return <p class="meta">{t.players.noLog}</p>;
  return (
    <table class="table log">
      <caption class="vh">{t.players.log}</caption>
      <thead>
        <tr>
          <th class="l" scope="col">
            {t.players.logWeek}
          </th>
          <th class="l" scope="col">
            {t.players.game}
          </th>
          <th class="l" scope="col">
            {t.players.logStats}
          </th>
          <th scope="col">{t.players.logPoints}</th>
        </tr>
      </thead>
      <tbody>
        {weeks
          .slice()
          .reverse()
          .map((w) => {
            const game = gameText(w.game, doc.player.nflTeam, leagueNow(league));
            return (
              <tr key={w.week}>
                <td class="l">{w.week}</td>
                <td class="l">{game.rest || game.short}</td>
                <td class="l stats">{statWords(w.stats, count)}</td>
                <td class="strong">{w.points === null ? '–' : points(w.points)}</td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
};

const Drop = ({
  doc,
  league,
  teamId,
  onClose,
}: {
  doc: PlayerDoc;
  league: League;
  teamId: number;
  onClose: () => void;
}) => {
  const queries = useQueryClient();
  const isAsking = useSignal(false);
  const isBusy = useSignal(false);
  const entry = useQuery(teamQuery(league.id, teamId, leagueWeek(league))).data?.roster.find(
    (r) => r.player.id === doc.player.id,
  );
  if (!entry) return null;
  if (entry.isLocked) return <p class="meta">{t.lineup.isLocked(doc.player.name)}</p>;
  const drop = async (): Promise<void> => {
    isBusy.value = true;
    try {
      await call(
        client.POST('/api/teams/{teamId}/moves', {
          params: { path: { teamId } },
          body: { dropPlayerId: doc.player.id },
          headers: { 'Idempotency-Key': newKey() },
        }),
      );
      toast(t.team.dropped(doc.player.name));
      onClose();
      await queries.invalidateQueries({ queryKey: leagueKey(league.id) });
    } catch (error) {
      toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });
      isBusy.value = false;
    }
  };
  if (!isAsking.value)
    return (
      <button
        type="button"
        class="btn danger"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {t.team.drop}
      </button>
    );
  return (
    <div class="banner warn">
      <div>
        <b>{t.team.dropTitle(doc.player.name)}</b>
        <small>{t.team.dropText}</small>
      </div>
      <button
        type="button"
        class="btn"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        {t.cancel}
      </button>
      <button type="button" class="btn danger" disabled={isBusy.value} onClick={() => void drop()}>
        {t.team.drop}
      </button>
    </div>
  );
};

interface CardProps {
  playerId: number;
  leagueId: number;
  onClose: () => void;
}

const PlayerCard = ({ playerId, leagueId, onClose }: CardProps) => {
  const query = useQuery(playerQuery(playerId, leagueId));
  const league = useQuery(leagueQuery(leagueId)).data;
  const player = query.data?.player;
  return (
    <Dialog
      title={player?.name ?? t.players.player}
      class="pcard"
      onClose={onClose}
      header={
        <div class="pl">
          {player ? (
            <>
              <Plate player={player} />
              <span class="clip">
                <b class="clip">{player.name}</b>
                <small>
                  <Pos slot={player.position} /> {player.nflTeam ?? t.game.noClub}
                  <InjuryTag player={player} /> <SampleTag player={player} />
                </small>
              </span>
            </>
          ) : (
            <Bone w={180} h={40} />
          )}
        </div>
      }
    >
      <Await query={query} skeleton={<Bone h={420} />}>
        {(doc) =>
          league ? (
            <div class="form">
              {league.myTeamId !== null && (
                <Drop doc={doc} league={league} teamId={league.myTeamId} onClose={onClose} />
              )}
              <Log doc={doc} league={league} />
            </div>
          ) : null
        }
      </Await>
    </Dialog>
  );
};

export default PlayerCard;
