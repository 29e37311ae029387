/**
 * The worker that serves a page while the server is away. It needs a certificate that the browser trusts; without one the page
 * works as an ordinary page.
 */
const WORKER = '/offline-worker.js';

/**
 * Ends with the page.
 *
 * @param scope path of the page: one of those that `config/offline-shell.ts` lists
 * @param isIdle whether the page may be reloaded: nobody is using it
 */
export async function serveOffline(scope: string, isIdle: () => boolean): Promise<{ update: () => void }> {
  const nothing = { update: () => {} };
  // While the client is developed there is no list of its files.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return nothing;
  const { serviceWorker } = navigator;
  // The first worker takes over a page that is current. A later one brings a newer page.
  let first = serviceWorker.controller === null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (first) first = false;
    else reloadWhenIdle(isIdle);
  });
  try {
    const registration = await serviceWorker.register(WORKER, { scope, updateViaCache: 'none' });
    return { update: () => void registration.update().catch(() => {}) };
  } catch {
    return nothing;
  }
}

const LOOK_AGAIN = 2_000;

function reloadWhenIdle(isIdle: () => boolean) {
  if (isIdle()) location.reload();
  else setTimeout(() => reloadWhenIdle(isIdle), LOOK_AGAIN);
}
