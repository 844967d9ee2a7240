/* Choosing a week: three neighbours on a desktop, with any week behind the middle one; one menu on a phone. */
import { useEffect } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { t } from '../i18n';
import { bind } from '../lib/keys';
import { Icon } from './icon';

interface WeekProps {
  week: number;
  weeks: readonly number[];
  /** Where a week lives. */
  href: (week: number) => string;
}

const WeekSelect = ({ week, weeks, href, class: name }: WeekProps & { class: string }) => {
  const [, go] = useLocation();
  return (
    <span class={name}>
      <select
        aria-label={t.weeks}
        value={String(week)}
        onChange={(event) => go(href(Number(event.currentTarget.value)))}
      >
        {weeks.map((w) => (
          <option key={w} value={String(w)}>
            {t.week(w)}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </span>
  );
};

export const WeekPicker = (props: WeekProps) => {
  const { week, weeks, href } = props;
  const [, go] = useLocation();
  const before = weeks.includes(week - 1) ? week - 1 : null;
  const after = weeks.includes(week + 1) ? week + 1 : null;
  useEffect(() => {
    const off = [
      bind('[', () => before !== null && go(href(before))),
      bind(']', () => after !== null && go(href(after))),
    ];
    return () => {
      for (const unbind of off) unbind();
    };
  }, [before, after, go, href]);
  if (weeks.length === 0) return null;
  return (
    <>
      <WeekSelect {...props} class="btn pick phone" />
      <nav class="seg hide" aria-label={t.weeks}>
        {before !== null && <Link href={href(before)}>{t.week(before)}</Link>}
        <WeekSelect {...props} class="pick now" />
        {after !== null && <Link href={href(after)}>{t.week(after)}</Link>}
      </nav>
    </>
  );
};
