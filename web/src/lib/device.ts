/* A browser's own long name in a few words: "Firefox on Windows". Order matters: most say they are others too. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bCriOS\/|\bChrome\/|\bHeadlessChrome\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const first = (agent: string, list: readonly [RegExp, string][]): string | null =>
  list.find(([pattern]) => pattern.test(agent))?.[1] ?? null;

export interface Device {
  browser: string | null;
  system: string | null;
  isHandheld: boolean;
}

export function deviceOf(agent: string | null): Device {
  const system = first(agent ?? '', SYSTEMS);
  return {
    browser: first(agent ?? '', BROWSERS),
    system,
    isHandheld: system === 'iPhone' || system === 'iPad' || system === 'Android',
  };
}
