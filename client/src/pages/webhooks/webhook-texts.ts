import { msg, str } from '@lit/localize';
import type { EventType } from '#protocol/events.ts';
import type { DeliveryOutcome, DeliveryState } from '#protocol/webhooks.ts';

const EVENTS: Record<EventType, () => string> = {
  'punch.created': () => msg('A person checks in or out'),
  'punch.stated': () => msg('A person says at the station what a punch is'),
  'punch.corrected': () => msg('A correction is applied'),
  'person.enrolled': () => msg('A face is enrolled'),
  'person.erased': () => msg('A person is erased'),
  'person.merged': () => msg('Two records of one person become one'),
  'consent.withdrawn': () => msg('A consent is withdrawn'),
  'device.up': () => msg('A station or camera is connected'),
  'device.down': () => msg('A station or camera is away'),
  'liveness.doubtful': () => msg('A face may be a picture'),
};

export function eventText(type: EventType): string {
  return EVENTS[type]();
}

/** How a request ended, in words. */
export function outcomeText({
  outcome,
  status,
}: {
  outcome: DeliveryOutcome | null;
  status: number | null;
}): string {
  const code = String(status ?? '');
  switch (outcome) {
    case 'delivered':
      return msg('Delivered');
    case 'refused':
      return msg(str`It answered with the error ${code}`);
    case 'redirected':
      return msg('It named another address, which is not followed');
    case 'gone':
      return msg('It answered that it is gone (410)');
    case 'timeout':
      return msg('It did not answer in time');
    case 'unreachable':
      return msg('No connection');
    case 'name-unknown':
      return msg('Its name has no address');
    case 'certificate':
      return msg('Its certificate is not trusted');
    case 'address-not-allowed':
      return msg('Its address is private and not allowed, or it has no HTTPS');
    case 'no-secret':
      return msg('Its secret does not open: make a new one');
    default:
      return msg('Not tried yet');
  }
}

const STATES: Record<DeliveryState, () => string> = {
  waiting: () => msg('Waits'),
  delivered: () => msg('Delivered'),
  'given-up': () => msg('Given up'),
  'nothing-left': () => msg('Deleted meanwhile'),
};

export function stateText(state: DeliveryState): string {
  return STATES[state]();
}
