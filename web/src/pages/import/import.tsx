/* Moving a league in: asking for it, uploading, watching it come, and what came of it. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import { t } from '../../i18n';
import { imports as words } from '../../i18n/import';
import { useUser } from '../../state/session';
import { toast } from '../../state/toasts';
import { Page } from '../../ui/page';
import { Await, Bone, Empty } from '../../ui/states';
import { platformName } from '../history/data';
import { type Import, importQuery } from './data';
import { Progress } from './progress';
import { Done } from './report';
import { Upload } from './upload';
import { Wizard } from './wizard';
import './import.css';

const Failed = ({ problem }: { problem: NonNullable<Import['problem']> }) => (
  <section class="card sheet form failed" role="alert">
    <h2>{words.failed}</h2>
    <p>
      {problem.detail ?? problem.title} {words.nothingStored}
    </p>
    {problem.errors.length > 0 && (
      <ul class="adjusted">
        {problem.errors.map((fault, i) => (
          <li key={`${fault.at}-${i}`}>
            <b>{fault.at}</b>
            <span>{fault.message}</span>
          </li>
        ))}
      </ul>
    )}
    <Link class="btn primary big" href="/import">
      {words.again}
    </Link>
  </section>
);

const Running = ({ job }: { job: Import }) => {
  const { step, done, total } = job.progress;
  const label = [step ?? words.state[job.state], total !== null && words.steps(done, total)]
    .filter(Boolean)
    .join(' · ');
  return (
    <section class="card sheet form" aria-label={words.state[job.state]}>
      <h2>{words.state[job.state]}</h2>
      <Progress label={label} done={done} total={total} />
      <p class="meta">{words.working}</p>
    </section>
  );
};

const Shown = ({ job }: { job: Import }) => {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const isOver = job.state === 'done' || job.state === 'failed';
  useEffect(() => {
    if (job.state !== 'done') return;
    void queries.invalidateQueries({ queryKey: ['dashboard'] });
    void queries.invalidateQueries({ queryKey: ['leagues'] });
  }, [job.state, queries]);
  const forget = async (): Promise<void> => {
    try {
      await call(client.DELETE('/api/imports/{importId}', { params: { path: { importId: job.id } } }));
      queries.removeQueries({ queryKey: ['imports', job.id] });
      void queries.invalidateQueries({ queryKey: ['imports'] });
      go('/import');
    } catch (error) {
      toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });
    }
  };
  return (
    <>
      <div class="jobhead">
        <h2 class="clip">{words.league(platformName(job.platform), job.leagueId, job.season)}</h2>
        {(isOver || job.state === 'collecting') && (
          <button type="button" class="btn ghost" onClick={() => void forget()}>
            {words.forget}
          </button>
        )}
      </div>
      {job.state === 'collecting' && <Upload job={job} />}
      {(job.state === 'queued' || job.state === 'running') && <Running job={job} />}
      {job.state === 'failed' && job.problem && <Failed problem={job.problem} />}
      {job.state === 'done' && job.report && <Done report={job.report} />}
    </>
  );
};

const One = ({ importId }: { importId: number }) => {
  const query = useQuery(importQuery(importId));
  return (
    <Await query={query} skeleton={<Bone h={240} r={14} />}>
      {(job) => <Shown job={job} />}
    </Await>
  );
};

const ImportPage = ({ params }: { params: Record<string, string | undefined> }) => {
  const user = useUser();
  const [path] = useLocation();
  return (
    <Page title={words.title}>
      <div class={`wrap one importpage${params.importId ? '' : ' narrow'}`}>
        {user === null ? (
          <div class="card">
            <Empty
              icon="lock"
              title={t.auth.needed}
              isPage
              actions={
                <Link class="btn primary" href={`/sign-in?next=${encodeURIComponent(path)}`}>
                  {t.nav.signIn}
                </Link>
              }
            >
              <p>{words.signIn}</p>
            </Empty>
          </div>
        ) : params.importId ? (
          <One key={params.importId} importId={Number(params.importId)} />
        ) : (
          <Wizard />
        )}
      </div>
    </Page>
  );
};

export default ImportPage;
