/** Where to go after signing in: only a path of this site, never another host. */
export function nextPath(wanted: string | null): string {
  if (wanted === null || !wanted.startsWith('/')) return '/';
  const url = new URL(wanted, 'https://here.invalid');
  return url.origin === 'https://here.invalid' ? url.pathname + url.search : '/';
}
