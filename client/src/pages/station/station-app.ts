/** The station as an installed app: its manifest, and the worker that serves its page while the server is away. */
import { serveOffline } from '../../offline/page-worker.ts';

/** Ends with the page. @param isIdle whether the page may be reloaded: nobody is using it */
export function becomeApp(isIdle: () => boolean): Promise<{ update: () => void }> {
  // While the client is developed there is no worker.
  if (import.meta.env.PROD && !document.head.querySelector('link[rel=manifest]')) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'manifest', href: '/station.webmanifest' });
    document.head.append(link);
  }
  return serveOffline('/station', isIdle);
}
