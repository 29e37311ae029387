/** What each user of the broker may do, as lines of its configuration. */
import { subjects } from '../protocol/fleet.ts';

/** The stream of the sightings. */
export const SIGHTINGS = 'SIGHTINGS';

/** Before the subjects of an analyzer's replies. Nobody else may listen there. */
export function inboxOf(analyzer: string): string {
  return `_INBOX.an.${analyzer}`;
}

/** Before the subjects of a server's replies. */
export const SERVER_INBOX = '_INBOX.srv';

export interface BrokerUser {
  /** Public nkey. */
  key: string;
  permissions: { publish: string[]; subscribe: string[] };
}

/** One analyzer: it speaks as itself, hears what is meant for it, and no other one. */
export function analyzerUser(name: string, key: string): BrokerUser {
  return {
    key,
    permissions: {
      publish: [
        subjects.beat(name),
        subjects.news('*', name),
        subjects.gallery(name),
        subjects.sighting('*', name),
      ],
      subscribe: [
        subjects.serverBeat('*'),
        subjects.command(name, '*'),
        subjects.galleryChanged,
        `${inboxOf(name)}.>`,
      ],
    },
  };
}

/** Every server: it hears all analyzers, speaks to all of them, and keeps the queue. */
export function serverUser(key: string): BrokerUser {
  return {
    key,
    permissions: {
      publish: [
        subjects.serverBeat('*'),
        subjects.command('*', '*'),
        subjects.galleryChanged,
        '_INBOX.an.>',
        '$JS.API.>',
        '$JS.ACK.>',
      ],
      subscribe: [
        subjects.serverBeat('*'),
        subjects.beat('*'),
        subjects.news('*', '*'),
        subjects.gallery('*'),
        `${SERVER_INBOX}.>`,
      ],
    },
  };
}

const list = (all: readonly string[]) => `[${all.map((one) => JSON.stringify(one)).join(', ')}]`;

/** The entry of a user in the list `authorization { users: […] }` of the broker's configuration. */
export function userLines({ key, permissions: { publish, subscribe } }: BrokerUser): string {
  return `{ nkey: ${key}, permissions: {\n    publish: { allow: ${list(publish)} }\n    subscribe: { allow: ${list(subscribe)} } } }`;
}
