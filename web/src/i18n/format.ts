/* Numbers and dates as people read them. Formatters are made once per shape; the server sends UTC instants and
   plain numbers, the browser's zone and language decide how they look. */
const locale = 'en-US';
const cache = new Map<string, Intl.DateTimeFormat>();

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

const two = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules(locale, { type: 'ordinal' });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

/* A true minus, and none before a zero. */
const minus = (s: string): string => (/^-0(\.0+)?$/.test(s) ? s.slice(1) : s.replace('-', '−'));

/** Scores: two decimals. */
export const points = (n: number): string => minus(two.format(n));
/** Projections, averages, differences: one decimal. */
export const short = (n: number): string => minus(one.format(n));
export const signed = (n: number): string => {
  const text = short(n);
  return text.startsWith('−') || /^0\.0$/.test(text) ? text : `+${text}`;
};
export const count = (n: number): string => whole.format(n);

/** "118" and ".34", for scores whose decimals are set smaller. */
export function scoreParts(n: number): [whole: string, fraction: string] {
  const text = points(n);
  const dot = text.lastIndexOf('.');
  return [text.slice(0, dot), text.slice(dot)];
}

const suffixes: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };
export const ordinal = (n: number): string => `${n}${suffixes[plurals.select(n)] ?? 'th'}`;

export const record = (r: { wins: number; losses: number; ties: number }): string =>
  r.ties > 0 ? `${r.wins}–${r.losses}–${r.ties}` : `${r.wins}–${r.losses}`;

/** ".636", "1.000": a winning percentage the way standings print it. */
export const winPct = (n: number): string => n.toFixed(3).replace(/^0/, '');

export const time = (iso: string): string =>
  dates({ hour: 'numeric', minute: '2-digit' }).format(new Date(iso));
export const day = (iso: string): string => dates({ month: 'short', day: 'numeric' }).format(new Date(iso));
export const dateTime = (iso: string): string =>
  dates({ weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(
    new Date(iso),
  );

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();
const DAY = 86_400_000;

/** A kickoff as seen from `now`: "8:20 PM" today, "Mon 8:15 PM" this week, "Sun, Nov 24" further away. */
export function kickoff(iso: string, now: number): string {
  const at = new Date(iso);
  if (sameDay(at, new Date(now))) return time(iso);
  if (Math.abs(at.getTime() - now) < 6 * DAY)
    return dates({ weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(at);
  return dates({ weekday: 'short', month: 'short', day: 'numeric' }).format(at);
}

/** How long ago: "3 min. ago", "yesterday"; a date when older than a week. */
export function since(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return 'just now';
  if (size < 3600) return ago.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return ago.format(Math.round(seconds / 3600), 'hour');
  if (size < 7 * 86_400) return ago.format(Math.round(seconds / 86_400), 'day');
  return day(iso);
}

/** Time left until an instant: "2 d 4 h", "3 h 12 min", "8 min"; null when it has passed. */
export function until(iso: string, now: number): string | null {
  const minutes = Math.floor((Date.parse(iso) - now) / 60_000);
  if (minutes < 0) return null;
  if (minutes < 60) return `${Math.max(minutes, 1)} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
