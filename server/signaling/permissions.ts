import { may, type Permission } from '../protocol/permissions.ts';
import type { Actor } from '../protocol/session.ts';
import type { Method } from '../protocol/signaling.ts';

/**
 * The permission that each socket method needs. The handlers check to whom a camera or an enrollment belongs. A device of
 * the kind camera may receive results, to see that it is analyzed; they contain no names (see `Camera.sendResult`).
 */
export const METHOD_PERMISSIONS: Record<Method, Permission> = {
  hello: 'connect',
  ping: 'connect',
  'device.prove': 'media:publish',
  'device.register-key': 'punch:identify',
  'media.join': 'media:publish',
  'media.leave': 'media:publish',
  'media.create-transport': 'media:publish',
  'media.connect-transport': 'media:publish',
  'media.restart-ice': 'media:publish',
  'media.produce': 'media:publish',
  'media.consume-results': 'media:publish',
  'media.replay-events': 'media:publish',
  'enrollment.start': 'face:capture',
  'enrollment.continue': 'face:capture',
  'enrollment.restart': 'face:capture',
  'enrollment.cancel': 'face:capture',
  'enrollment.save': 'face:capture',
  'punch.identify': 'punch:identify',
  'punch.tell-apart': 'punch:identify',
  'punch.state': 'punch:identify',
  'cameras.subscribe': 'cameras:watch',
  'cameras.unsubscribe': 'cameras:watch',
  'view.join': 'cameras:view',
  'view.open': 'cameras:view',
  'view.connect': 'cameras:view',
  'view.adjust': 'cameras:view',
  'view.close': 'cameras:view',
  'presence.subscribe': 'presence:read',
  'presence.unsubscribe': 'presence:read',
};

export function isPermitted(actor: Actor, method: Method): boolean {
  return may(actor, METHOD_PERMISSIONS[method]);
}
