/* A component whose code is fetched when it is first shown. */
import { type ComponentType, h } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type Module<P> = { default: ComponentType<P> };

/* What is worth having before it is asked for, because the first key press may already be meant for it. */
const wanted: (() => Promise<unknown>)[] = [];

export function lazy<P extends object>(
  load: () => Promise<Module<P>>,
  isWantedSoon = false,
): ComponentType<P> {
  if (isWantedSoon) wanted.push(load);
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [, redraw] = useState(false);
    const [failure, setFailure] = useState<unknown>(null);
    useEffect(() => {
      if (loaded !== null) return;
      let isShown = true;
      load().then(
        (module) => {
          loaded = module.default;
          if (isShown) redraw(true);
        },
        (error: unknown) => {
          if (isShown) setFailure(error);
        },
      );
      return () => {
        isShown = false;
      };
    }, []);
    if (failure !== null) throw failure;
    return loaded === null ? null : h(loaded, props);
  };
}

/** Fetches what is wanted soon; called when the page has nothing better to do. */
export function fetchWanted(): void {
  for (const load of wanted) void load().catch(() => undefined);
}
