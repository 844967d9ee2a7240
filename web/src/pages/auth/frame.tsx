import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { t } from '../../i18n';
import { Mark } from '../../ui/shell';
import './auth.css';

export const AuthFrame = ({ title, children }: { title: string; children: ComponentChildren }) => {
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title]);
  return (
    <div class="auth">
      <header>
        <Link class="brand" href="/">
          <Mark />
          {t.app}
        </Link>
      </header>
      <main id="main" class="card">
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
};
