import type { Actor, Method } from '../protocol/signaling.ts';

export type ActorKind = 'account' | 'station' | 'camera';

const EVERYBODY: readonly ActorKind[] = ['account', 'station', 'camera'];
const STAFF: readonly ActorKind[] = ['account'];

/**
 * Who may ask for what. Whose camera and whose enrolment it is about, the handlers decide. A bare camera may
 * receive results to see that it is analysed; they carry no names (see `Camera.sendResult`).
 */
export const PERMISSIONS: Record<Method, readonly ActorKind[]> = {
  hello: EVERYBODY,
  ping: EVERYBODY,
  'media.join': EVERYBODY,
  'media.leave': EVERYBODY,
  'media.create-transport': EVERYBODY,
  'media.connect-transport': EVERYBODY,
  'media.restart-ice': EVERYBODY,
  'media.produce': EVERYBODY,
  'media.consume-results': EVERYBODY,
  'enrolment.start': STAFF,
  'enrolment.continue': STAFF,
  'enrolment.restart': STAFF,
  'enrolment.cancel': STAFF,
  'enrolment.save': STAFF,
  'cameras.subscribe': STAFF,
  'cameras.unsubscribe': STAFF,
};

export function isPermitted(actor: Actor, method: Method): boolean {
  return PERMISSIONS[method].includes(actor.kind === 'account' ? 'account' : actor.device);
}
