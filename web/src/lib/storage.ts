/* Small settings kept in this browser. Storage may be forbidden or full: then the default is used. */
export function load(key: string): string | null {
  try {
    return localStorage.getItem(`af.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. */
export function save(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`af.${key}`);
    else localStorage.setItem(`af.${key}`, value);
  } catch {
    /* Not kept; it still holds until the page is closed. */
  }
}
