/**
 * The station as an installed app: its manifest, and the worker that serves its pages while the server is away. The worker
 * needs a certificate that the browser trusts; without one the station works as an ordinary page.
 */
const WORKER = '/station-worker.js';

/** Ends with the page. @param isIdle whether the page may be reloaded: nobody is using it */
export async function becomeApp(isIdle: () => boolean): Promise<{ update: () => void }> {
  const nothing = { update: () => {} };
  // While the client is developed there is no list of its files.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return nothing;
  if (!document.head.querySelector('link[rel=manifest]')) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'manifest', href: '/station.webmanifest' });
    document.head.append(link);
  }
  const { serviceWorker } = navigator;
  // The first worker takes over a page that is current. A later one brings a newer page.
  let first = serviceWorker.controller === null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (first) first = false;
    else reloadWhenIdle(isIdle);
  });
  try {
    const registration = await serviceWorker.register(WORKER, { scope: '/station', updateViaCache: 'none' });
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
