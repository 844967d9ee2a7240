import { t } from '../i18n';
import { Dialog } from './dialog';
import './help.css';

const Help = ({ onClose }: { onClose: () => void }) => (
  <Dialog title={t.help.title} onClose={onClose}>
    <dl class="keys">
      {t.help.rows.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            {keys.split(/ +/).map((k, i) => (
              <kbd key={i} class="kbd">
                {k}
              </kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <p class="meta">{t.help.off}</p>
  </Dialog>
);

export default Help;
