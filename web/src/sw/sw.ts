/// <reference lib="webworker" />
/* The service worker: the shell opens without a network, API answers the server marks "X-Offline: ok" are kept as
   a fallback, and line-up changes that could not be sent go out when the connection is back. */
import { createHandlerBoundToURL, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';
import { flushOutbox } from './outbox';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] };

const API_CACHE = 'api';
const API_WAIT_SECONDS = 8;

precacheAndRoute(self.__WB_MANIFEST);
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/(api|status)(\/|$)/, /\/[^/]+\.[^/]+$/],
  }),
);

const offline = (): Response =>
  new Response(
    JSON.stringify({
      type: '/problems/offline',
      title: 'You are offline',
      status: 503,
      detail: 'You are offline.',
    }),
    { status: 503, headers: { 'Content-Type': 'application/problem+json' } },
  );

const fromCache = (kept: Response): Response => {
  const headers = new Headers(kept.headers);
  headers.set('X-From-Cache', 'yes');
  return new Response(kept.body, { status: kept.status, statusText: kept.statusText, headers });
};

registerRoute(
  ({ url, request }) =>
    url.origin === self.location.origin && url.pathname.startsWith('/api/') && request.method === 'GET',
  new NetworkFirst({
    cacheName: API_CACHE,
    networkTimeoutSeconds: API_WAIT_SECONDS,
    plugins: [
      {
        cacheWillUpdate: async ({ response }) =>
          response.status === 200 && response.headers.get('X-Offline') === 'ok' ? response : null,
        cachedResponseWillBeUsed: async ({ cachedResponse }) => cachedResponse && fromCache(cachedResponse),
        handlerDidError: async () => offline(),
      },
    ],
  }),
);

self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting();
  if (event.data?.type === 'FORGET') event.waitUntil(caches.delete(API_CACHE));
  if (event.data?.type === 'FLUSH') event.waitUntil(flushOutbox(self.clients));
});

self.addEventListener('sync', (event) => {
  const { tag } = event as unknown as { tag: string };
  if (tag === 'outbox') (event as ExtendableEvent).waitUntil(flushOutbox(self.clients));
});
