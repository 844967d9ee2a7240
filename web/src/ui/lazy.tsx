/* A component whose code is fetched when it is first shown. */
import { type ComponentType, h } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type Module<P> = { default: ComponentType<P> };

export function lazy<P extends object>(load: () => Promise<Module<P>>): ComponentType<P> {
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
