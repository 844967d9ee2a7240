/* Runs before the first paint so that the page never flashes in the wrong theme. */
(() => {
  const root = document.documentElement;
  let choice = null;
  try {
    choice = localStorage.getItem('af.theme');
    root.dataset.density = localStorage.getItem('af.density') || 'comfortable';
  } catch {
    /* Storage may be forbidden; the defaults are fine. */
  }
  const isLight =
    choice === 'light' || (choice !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  root.dataset.theme = isLight ? 'light' : 'dark';
  document.querySelector('meta[name=theme-color]').content = isLight ? '#f4f6f9' : '#090b10';
})();
