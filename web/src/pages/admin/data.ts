/* What the operators' page reads, and the parts of the answers that the API describes as plain JSON. */
import { queryOptions } from '@tanstack/preact-query';
import { call, client } from '../../api/client';
import type { paths } from '../../api/schema';

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } };
}
  ? T
  : never;

export type Status = Answer<'/api/status'>;
export type Alerts = Answer<'/api/admin/alerts'>;
export type Switches = Answer<'/api/admin/switches'>;
export type Deployments = Answer<'/api/admin/recent-deployments'>;
export type Errors = Answer<'/api/errors/recent'>;

export interface Objective {
  target: string;
  value: number | null;
  ok: boolean | null;
}
export interface Endpoint {
  route?: string;
  path?: string;
  method?: string;
  count: number;
  p95Ms: number | null;
}
export interface Performance {
  summary: { requests: number; rps: number; objectives: Record<string, Objective> };
  responseTime: { p95: number | null };
  errorRatePercent: number;
  activeUsers: number;
  resourceUsage: Record<string, { used: number | null; limit: number | null; percent?: number | null }>;
  slowEndpoints: Endpoint[];
  cacheMetrics: { hitRate: number | null };
  window: { seconds: number };
}
export interface Database {
  latency: string;
  queryMetrics: { p95Ms: number | null; errors: number };
  connections: { total: number; max: number };
  connectionPool: { size: number; inUse: number; waiting: number };
  slowQueries: { name: string; calls: number; meanMs: number; isSlow: boolean }[];
}
export interface Incident {
  ref: string;
  severity: string;
  title: string;
}

/** How often the page looks again while it is seen. */
const LOOK_MS = 10_000;
const often = { refetchInterval: LOOK_MS, staleTime: LOOK_MS / 2 };

export const statusQuery = queryOptions({
  queryKey: ['admin', 'status'],
  queryFn: ({ signal }) => call(client.GET('/api/status', { signal })),
  ...often,
});
export const healthQuery = queryOptions({
  queryKey: ['admin', 'health'],
  queryFn: ({ signal }) => call(client.GET('/api/health', { signal })),
  ...often,
});
export const performanceQuery = queryOptions({
  queryKey: ['admin', 'performance'],
  queryFn: async ({ signal }) =>
    (await call(client.GET('/api/metrics/performance', { signal }))) as unknown as Performance,
  ...often,
});
export const databaseQuery = queryOptions({
  queryKey: ['admin', 'database'],
  queryFn: async ({ signal }) =>
    (await call(client.GET('/api/health/db', { signal }))) as unknown as Database,
  ...often,
});
export const incidentsQuery = queryOptions({
  queryKey: ['admin', 'incidents'],
  queryFn: async ({ signal }) => {
    const snapshot = await call(client.GET('/api/admin/system-snapshot', { signal }));
    return (snapshot.database as { openIncidents: Incident[] }).openIncidents;
  },
  ...often,
});
export const errorsQuery = queryOptions({
  queryKey: ['admin', 'errors'],
  queryFn: ({ signal }) =>
    call(client.GET('/api/errors/recent', { params: { query: { countMax: 8 } }, signal })),
  ...often,
});
export const alertsQuery = queryOptions({
  queryKey: ['admin', 'alerts'],
  queryFn: ({ signal }) => call(client.GET('/api/admin/alerts', { signal })),
  ...often,
});
export const switchesQuery = queryOptions({
  queryKey: ['admin', 'switches'],
  queryFn: ({ signal }) => call(client.GET('/api/admin/switches', { signal })),
  ...often,
});
export const deploysQuery = queryOptions({
  queryKey: ['admin', 'deploys'],
  queryFn: ({ signal }) => call(client.GET('/api/admin/recent-deployments', { signal })),
  ...often,
});
