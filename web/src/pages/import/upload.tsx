/* Choosing the files of a league and sending them, part by part. */
import { useSignal } from '@preact/signals';
import { useQueryClient } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import { t } from '../../i18n';
import { imports as words } from '../../i18n/import';
import { FormFault } from '../../ui/form';
import { Icon } from '../../ui/icon';
import { type Import, importQuery, sendPart } from './data';
import { ALL_BYTES_MAX, type Picked, partsOf, picked, sizeText } from './files';
import { Progress } from './progress';

const nothing: Picked = { files: [], skipped: 0, bytes: 0 };

export const Upload = ({ job }: { job: Import }) => {
  const queries = useQueryClient();
  const folder = useRef<HTMLInputElement>(null);
  const some = useRef<HTMLInputElement>(null);
  const chosen = useSignal<Picked>(nothing);
  const sent = useSignal<number | null>(null);
  const fault = useSignal<string | null>(null);
  const { files, skipped, bytes } = chosen.value;
  const take = (input: HTMLInputElement): void => {
    chosen.value = picked(input.files ?? []);
    fault.value = chosen.value.bytes > ALL_BYTES_MAX ? words.tooLarge : null;
  };
  const upload = async (): Promise<void> => {
    fault.value = null;
    sent.value = 0;
    try {
      for (const [i, { file, path }] of files.entries()) {
        for (const part of await partsOf(file, path)) await sendPart(job.id, part);
        sent.value = i + 1;
      }
      const started = await call(
        client.POST('/api/imports/{importId}/start', { params: { path: { importId: job.id } } }),
      );
      queries.setQueryData(importQuery(job.id).queryKey, started);
    } catch (error) {
      fault.value = isApiError(error) ? error.message : t.errors.generic;
      sent.value = null;
    }
  };
  const isBusy = sent.value !== null;
  return (
    <section class="card sheet form" aria-label={words.files}>
      <h2>{words.files}</h2>
      <p class="t2">{words.filesMore}</p>
      <input
        ref={folder}
        type="file"
        class="vh"
        tabIndex={-1}
        aria-label={words.folder}
        // @ts-expect-error: every browser knows it, the types do not
        webkitdirectory
        multiple
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={some}
        type="file"
        class="vh"
        tabIndex={-1}
        aria-label={words.some}
        accept=".json,.gz"
        multiple
        onChange={(event) => take(event.currentTarget)}
      />
      <div class="two">
        <button type="button" class="btn big" disabled={isBusy} onClick={() => folder.current?.click()}>
          {words.folder}
        </button>
        <button type="button" class="btn big" disabled={isBusy} onClick={() => some.current?.click()}>
          {words.some}
        </button>
      </div>
      {files.length > 0 && (
        <p aria-live="polite">
          <b>{words.chosen(files.length, sizeText(bytes))}</b>
        </p>
      )}
      {skipped > 0 && (
        <p class="meta">
          <Icon name="info" /> {words.skipped(skipped)}
        </p>
      )}
      <FormFault>{fault.value}</FormFault>
      {isBusy ? (
        <Progress
          label={words.uploading(sent.value ?? 0, files.length)}
          done={sent.value ?? 0}
          total={files.length}
        />
      ) : (
        <button
          type="button"
          class="btn primary big"
          disabled={files.length === 0 || bytes > ALL_BYTES_MAX}
          onClick={() => void upload()}
        >
          {words.upload}
        </button>
      )}
    </section>
  );
};
