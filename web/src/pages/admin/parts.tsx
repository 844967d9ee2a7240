/* The cards of the operators' page; each reads for itself, so that one part that fails leaves the others. */
import { type UseQueryResult, useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { isApiError } from '../../api/problem';
import { admin as w } from '../../i18n/admin';
import { count, dateTime, short } from '../../i18n/format';
import { Bone } from '../../ui/states';
import * as data from './data';

interface CardProps<T> {
  title: string;
  query: UseQueryResult<T>;
  more?: ComponentChildren;
  rows?: number;
  children: (value: T) => ComponentChildren;
}

function Card<T>({ title, query, more, rows = 3, children }: CardProps<T>) {
  const { data: value, error } = query;
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {more && <span class="more">{more}</span>}
      </header>
      {value !== undefined && children(value)}
      {value === undefined && error && (
        <p class="body meta">{isApiError(error) ? error.message : w.unavailable}</p>
      )}
      {value === undefined && !error && (
        <div class="body adm-wait" aria-hidden="true">
          {Array.from({ length: rows }, (_, i) => (
            <Bone key={i} h={14} w={`${80 - i * 15}%`} />
          ))}
        </div>
      )}
    </section>
  );
}

const Nothing = ({ children }: { children: ComponentChildren }) => <p class="body meta">{children}</p>;
const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${value < 10 ? short(value) : count(Math.round(value))} ms`;
const percent = (value: number | null): string => (value === null ? '–' : `${short(value)} %`);

/* ---- figures ---- */

interface TileProps {
  label: string;
  value: string;
  objective?: data.Objective | undefined;
  more?: string;
}

const Tile = ({ label, value, objective, more }: TileProps) => (
  <div class="adm-tile" data-ok={objective?.ok ?? undefined}>
    <dt>{label}</dt>
    <dd>{value}</dd>
    <dd class="meta">{objective ? (objective.ok === null ? w.tooFew : w.target(objective.target)) : more}</dd>
  </div>
);

export const Figures = () => {
  const query = useQuery(data.performanceQuery);
  const minutes = Math.round((query.data?.window.seconds ?? 0) / 60);
  return (
    <Card title="Requests" query={query} more={minutes > 0 && w.window(minutes)}>
      {({ summary, responseTime, errorRatePercent, activeUsers, cacheMetrics }) => (
        <dl class="adm-tiles">
          <Tile label={w.tiles.rate} value={short(summary.rps)} more={w.requests(summary.requests)} />
          <Tile
            label={w.tiles.p95}
            value={ms(responseTime.p95)}
            objective={summary.objectives.responseTimeP95Ms}
          />
          <Tile
            label={w.tiles.errors}
            value={percent(errorRatePercent)}
            objective={summary.objectives.errorRatePercent}
          />
          <Tile label={w.tiles.users} value={count(activeUsers)} more={w.last5} />
          <Tile
            label={w.tiles.database}
            value={ms(summary.objectives.databaseP95Ms?.value)}
            objective={summary.objectives.databaseP95Ms}
          />
          <Tile
            label={w.tiles.cache}
            value={percent(cacheMetrics.hitRate === null ? null : cacheMetrics.hitRate * 100)}
            objective={summary.objectives.cacheHitRatePercent}
          />
        </dl>
      )}
    </Card>
  );
};

/* ---- what needs somebody ---- */

export const AlertsCard = () => {
  const query = useQuery(data.alertsQuery);
  return (
    <Card title={w.alerts} query={query} more={query.data && w.quiet(query.data.rules.length)}>
      {({ alerts, rules }) => {
        const open = alerts.filter((alert) => alert.endedAt === null);
        if (open.length === 0) return <Nothing>{w.noAlerts}</Nothing>;
        return (
          <ul class="list adm-list">
            {open.map((alert) => {
              const unit = rules.find((rule) => rule.name === alert.rule)?.unit ?? '';
              return (
                <li key={alert.id}>
                  <span class={alert.severity === 'warning' ? 'tag warn' : 'tag out'}>{alert.severity}</span>
                  <span class="adm-what">
                    <b>{alert.rule}</b>
                    <small>
                      {w.fired(`${short(alert.value)} ${unit}`, `${short(alert.threshold)} ${unit}`)}
                      {alert.acknowledgedBy !== null && `, ${w.acknowledged(alert.acknowledgedBy)}`}
                    </small>
                  </span>
                  {alert.isSimulation && <span class="tag info">{w.simulation}</span>}
                  <time class="meta" dateTime={alert.startedAt}>
                    {dateTime(alert.startedAt)}
                  </time>
                </li>
              );
            })}
          </ul>
        );
      }}
    </Card>
  );
};

export const IncidentsCard = () => (
  <Card title={w.incidents} query={useQuery(data.incidentsQuery)}>
    {(incidents) =>
      incidents.length === 0 ? (
        <Nothing>{w.noIncidents}</Nothing>
      ) : (
        <ul class="list adm-list">
          {incidents.map((incident) => (
            <li key={incident.ref}>
              <span class={incident.severity < 'P2' ? 'tag out' : 'tag warn'}>{incident.severity}</span>
              <span class="adm-what">
                <b>{incident.title}</b>
              </span>
              <span class="meta">{incident.ref}</span>
            </li>
          ))}
        </ul>
      )
    }
  </Card>
);

/* ---- tables ---- */

const routeOf = (x: data.Endpoint): string => x.route ?? `${x.method ?? ''} ${x.path ?? ''}`.trim();

export const EndpointsCard = () => (
  <Card title={w.endpoints} query={useQuery(data.performanceQuery)} rows={5}>
    {({ slowEndpoints }) =>
      slowEndpoints.length === 0 ? (
        <Nothing>{w.noEndpoints}</Nothing>
      ) : (
        <table class="table adm-table">
          <thead>
            <tr>
              <th class="l" scope="col">
                {w.endpoint}
              </th>
              <th scope="col">{w.calls}</th>
              <th scope="col">{w.p95}</th>
            </tr>
          </thead>
          <tbody>
            {slowEndpoints.slice(0, 8).map((x) => (
              <tr key={routeOf(x)}>
                <td class="l adm-cut">{routeOf(x)}</td>
                <td>{count(x.count)}</td>
                <td class="strong">{ms(x.p95Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )
    }
  </Card>
);

export const ErrorsCard = () => (
  <Card title={w.errors} query={useQuery(data.errorsQuery)} rows={5}>
    {({ errors }) =>
      errors.length === 0 ? (
        <Nothing>{w.noErrors}</Nothing>
      ) : (
        <table class="table adm-table">
          <thead>
            <tr>
              <th class="l" scope="col">
                {w.error}
              </th>
              <th scope="col">{w.times}</th>
              <th scope="col">{w.last}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map((x) => (
              <tr key={x.id}>
                <td class="l adm-cut">
                  <b>{x.message}</b>
                  <small>
                    {x.url ?? x.source}
                    {x.requestId !== null && `, ${x.requestId}`}
                  </small>
                </td>
                <td>{count(x.count)}</td>
                <td>
                  <time dateTime={x.lastSeen}>{dateTime(x.lastSeen)}</time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )
    }
  </Card>
);

/* ---- the side ---- */

export const ComponentsCard = () => (
  <Card
    title={w.components}
    query={useQuery(data.statusQuery)}
    rows={6}
    more={<a href="/status">{w.statusPage}</a>}
  >
    {({ components }) => (
      <ul class="adm-facts body">
        {components.map((part) => (
          <li key={part.key} data-state={part.status}>
            <span>{part.name}</span>
            <b>{w.states[part.status]}</b>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

const inWords = (value: unknown): string =>
  value === true || value === 'true'
    ? w.on
    : value === false || value === 'false' || value === null
      ? w.off
      : String(value);

export const SwitchesCard = () => (
  <Card title={w.switches} query={useQuery(data.switchesQuery)}>
    {({ switches }) => {
      const changed = switches.filter((x) => x.source !== 'default');
      if (changed.length === 0) return <Nothing>{w.allDefault}</Nothing>;
      return (
        <ul class="adm-facts body">
          {changed.map((x) => (
            <li key={x.name} title={x.meaning}>
              <span>
                {x.name}
                {x.expiresAt !== null && <small>{w.until(dateTime(x.expiresAt))}</small>}
              </span>
              <b>{inWords(x.value)}</b>
            </li>
          ))}
        </ul>
      );
    }}
  </Card>
);

export const DatabaseCard = () => (
  <Card title={w.database} query={useQuery(data.databaseQuery)}>
    {({ latency, connectionPool: pool, connections, slowQueries }) => (
      <ul class="adm-facts body">
        <li>
          <span>{w.latency}</span>
          <b>{latency}</b>
        </li>
        <li>
          <span>{w.pool}</span>
          <b>{w.of(count(pool.inUse), count(pool.size))}</b>
        </li>
        <li>
          <span>{w.connections}</span>
          <b>{w.of(count(connections.total), count(connections.max))}</b>
        </li>
        {slowQueries.slice(0, 3).map((x) => (
          <li key={x.name}>
            <span>{x.name}</span>
            <b>{ms(x.meanMs)}</b>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

export const ResourcesCard = () => (
  <Card title={w.resources} query={useQuery(data.performanceQuery)} rows={5}>
    {({ resourceUsage }) => (
      <ul class="adm-facts body">
        {Object.entries(resourceUsage).map(([key, x]) =>
          typeof x.percent === 'number' && w.names[key] ? (
            <li key={key}>
              <span>{w.names[key]}</span>
              <meter min={0} max={100} high={80} value={x.percent} aria-label={w.names[key]} />
              <b>{percent(x.percent)}</b>
            </li>
          ) : null,
        )}
      </ul>
    )}
  </Card>
);

export const DeploysCard = () => (
  <Card title={w.deploys} query={useQuery(data.deploysQuery)}>
    {({ deployments }) =>
      deployments.length === 0 ? (
        <Nothing>{w.noDeploys}</Nothing>
      ) : (
        <ul class="adm-facts body">
          {deployments.slice(0, 4).map((x) => (
            <li key={x.id} data-state={x.result === 'ok' ? 'operational' : 'down'}>
              <span>
                {x.release}
                <small>
                  {x.kind}, {dateTime(x.at)}
                </small>
              </span>
              <b>{x.result}</b>
            </li>
          ))}
        </ul>
      )
    }
  </Card>
);
