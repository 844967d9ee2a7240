/* The start: settings, query cache, live connection, service worker, routes. */
import './styles/index.css';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/preact-query';
import { Component, type ComponentChildren, render } from 'preact';
import { Route, Switch, useLocation } from 'wouter-preact';
import { retryDelay, shouldRetry } from './api/retry';
import { t } from './i18n';
import { onKey } from './lib/keys';
import { report, startReports } from './lib/report';
import { startWorker } from './lib/worker';
import { routes } from './routes';
import { startLive } from './state/live';
import { startMode, useMode } from './state/mode';
import { startPrefs } from './state/prefs';
import { sessionQuery } from './state/session';
import { ModePage } from './ui/mode';
import { Page } from './ui/page';
import { Shell } from './ui/shell';
import { Empty, ErrorBox } from './ui/states';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: shouldRetry,
      retryDelay,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Catches what a page throws, so that the rest of the client stays usable. */
class Boundary extends Component<{ children: ComponentChildren }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static override getDerivedStateFromError = () => ({ hasFailed: true });
  override componentDidCatch = (error: unknown) => report('render', error);
  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main id="main" role="alert">
        <Empty
          icon="triangle-alert"
          title={t.errors.crash}
          isPage
          actions={
            <button type="button" class="btn primary" onClick={() => location.reload()}>
              {t.errors.reload}
            </button>
          }
        >
          <p>{t.errors.crashMore}</p>
        </Empty>
      </main>
    );
  }
}

const NotFound = () => (
  <Page title={t.errors.notFound}>
    <Empty
      icon="search"
      title={t.errors.notFound}
      isPage
      actions={
        <a class="btn" href="/">
          {t.errors.home}
        </a>
      }
    >
      <p>{t.errors.notFoundMore}</p>
    </Empty>
  </Page>
);

const App = () => {
  const session = useQuery(sessionQuery);
  const mode = useMode();
  const [path] = useLocation();
  const isOperator = session.data?.user?.isOperator === true;
  if (mode !== null && !mode.canRead && !isOperator && path !== '/sign-in') return <ModePage mode={mode} />;
  if (session.error && session.data === undefined)
    return (
      <main id="main">
        <ErrorBox error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  if (session.data === undefined) return null;
  return (
    <Shell>
      <Boundary>
        <Switch>
          {routes.map(({ path, page: View }) => (
            <Route key={path} path={path}>
              {(params: Record<string, string | undefined>) => (
                <View key={JSON.stringify(params)} params={params as Record<string, string>} />
              )}
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Boundary>
    </Shell>
  );
};

startReports();
startPrefs();
startLive(queries);
startMode(queries);
addEventListener('keydown', onKey);
const root = document.getElementById('app');
if (root)
  render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
    root,
  );
if (import.meta.env.PROD)
  addEventListener('load', () => void startWorker().catch((error: unknown) => report('error', error)));
