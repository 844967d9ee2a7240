/* A league's past, over all its seasons: champions, people, records, who beat whom. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import { useSearchParams } from 'wouter-preact';
import { history as words } from '../../i18n/history';
import { useLeague, useUser } from '../../state/session';
import { Page } from '../../ui/page';
import { Await, SkeletonCard } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { Book } from './book';
import { historyQuery } from './data';
import { HeadToHead } from './pairs';
import { People } from './people';
import { Seasons } from './seasons';
import './history.css';

const ids = ['seasons', 'people', 'records', 'pairs'] as const;
type TabId = (typeof ids)[number];
const tabs = ids.map((id) => ({ id, label: words.tabs[id] }));

const HistoryPage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const [search] = useSearchParams();
  const tab = useSignal<TabId>(search.has('a') ? 'pairs' : 'seasons');
  const league = useLeague(leagueId);
  const query = useQuery(historyQuery(leagueId));
  const userId = useUser()?.id ?? null;
  return (
    <Page title={words.title} {...(league.data && { leagueId })}>
      <Await
        query={query}
        skeleton={
          <div class="wrap one">
            <SkeletonCard rows={4} height={160} />
          </div>
        }
      >
        {(history) => (
          <div class="wrap flush historypage" data-tab={tab.value}>
            <div class="main">
              <h2 class="vh">{history.name}</h2>
              <Tabs tabs={tabs} current={tab} label={words.title} />
              <div class="part" data-part="seasons">
                <Seasons history={history} />
              </div>
              <div class="part" data-part="people">
                <People history={history} userId={userId} />
              </div>
              <div class="part" data-part="pairs">
                <HeadToHead leagueId={leagueId} userId={userId} />
              </div>
            </div>
            <aside class="side">
              <div class="part" data-part="records">
                <Book history={history} />
              </div>
            </aside>
          </div>
        )}
      </Await>
    </Page>
  );
};

export default HistoryPage;
