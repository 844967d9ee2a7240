/* System health, for operators: what goes on, what needs somebody, and how much room is left. */
import { useQuery } from '@tanstack/preact-query';
import { ApiError } from '../../api/problem';
import { t } from '../../i18n';
import { admin as w } from '../../i18n/admin';
import { useUser } from '../../state/session';
import { Page } from '../../ui/page';
import { ErrorBox } from '../../ui/states';
import { alertsQuery, healthQuery, statusQuery } from './data';
import {
  AlertsCard,
  ComponentsCard,
  DatabaseCard,
  DeploysCard,
  EndpointsCard,
  ErrorsCard,
  Figures,
  IncidentsCard,
  ResourcesCard,
  SwitchesCard,
} from './parts';
import './admin.css';

const Banner = () => {
  const status = useQuery(statusQuery).data;
  const health = useQuery(healthQuery).data;
  const alerts = useQuery(alertsQuery).data?.alerts.filter((alert) => alert.endedAt === null).length ?? 0;
  const state = status?.status ?? 'unknown';
  const isAlerted = state === 'operational' && alerts > 0;
  return (
    <section class="card adm-banner" data-state={isAlerted ? 'degraded' : state} aria-label={w.title}>
      <p role="status">
        <b>{isAlerted ? w.attention(alerts) : w.overall[state]}</b>
        {health && <span class="meta">{w.release(health.version, health.uptime)}</span>}
      </p>
      {health && <span class={health.mode === 'normal' ? 'tag' : 'tag warn'}>{w.modes[health.mode]}</span>}
    </section>
  );
};

const Dashboard = () => {
  const user = useUser();
  if (user === null || !user.isOperator)
    return (
      <Page title={w.title}>
        <ErrorBox
          error={
            user === null
              ? new ApiError(401, 'sign-in-required', t.auth.needed)
              : new ApiError(403, 'forbidden', w.notYou)
          }
        />
      </Page>
    );
  return (
    <Page title={w.title}>
      <div class="wrap admin">
        <div class="main">
          <Banner />
          <Figures />
          <AlertsCard />
          <IncidentsCard />
          <ErrorsCard />
          <EndpointsCard />
        </div>
        <aside class="side">
          <ComponentsCard />
          <SwitchesCard />
          <DatabaseCard />
          <ResourcesCard />
          <DeploysCard />
        </aside>
      </div>
    </Page>
  );
};

export default Dashboard;
