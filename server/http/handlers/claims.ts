/** What stations kept while the server was away. */
import type { Handlers } from '../handler.ts';
import type { AccessServices, CoreServices } from '../services.ts';

export function claimHandlers({
  claims,
  devices,
}: Pick<CoreServices, 'claims'> & Pick<AccessServices, 'devices'>): Handlers<'claims'> {
  return {
    'claims.deliver': async ({ body }) => ({ answers: await claims.deliver(body, devices) }),
  };
}
