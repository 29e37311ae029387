/** Writes the bodies of events from what is known now: of an erased person nothing but the id. */
import { meaningsOf } from '../attendance/punch-meanings.ts';
import type { Em } from '../db/database.ts';
import { Correction, PunchVoid } from '../db/entities/correction.ts';
import { Device } from '../db/entities/device.ts';
import type { OutboxEvent } from '../db/entities/outbox.ts';
import { Person } from '../db/entities/person.ts';
import { PunchStatement } from '../db/entities/punch-statement.ts';
import { Punch } from '../db/entities/punch.ts';
import { Site } from '../db/entities/site.ts';
import { displayName } from '../people/display-name.ts';
import {
  type EventData,
  type EventDevice,
  type EventPerson,
  type EventPunch,
  type EventType,
  type MusterEvent,
} from '../protocol/events.ts';
import { clockAt, dateAt } from '../time/zoned.ts';
import type { Understood } from '../worktime/understood.ts';

/** Columns of an event that has its number. */
export type SequencedEvent = Pick<OutboxEvent, 'key' | 'type' | 'subject' | 'at'> & { sequence: number };

/**
 * In the same order. Null for an event whose subject is no longer kept, such as a punch that retention has deleted: there is
 * nothing to tell any more.
 */
export async function renderEvents(
  em: Em,
  events: readonly SequencedEvent[],
): Promise<(MusterEvent | null)[]> {
  const things = await thingsOf(em, events);
  return events.map((event) => {
    const data = DATA[event.type](event.subject, things);
    if (data === null) return null;
    const { key, type, sequence, at } = event;
    const head = { id: eventIdOf(key), type, sequence, timestamp: at.toISOString() };
    return { ...head, data } as MusterEvent;
  });
}

export function eventIdOf(key: string): string {
  return `evt_${key.replaceAll('-', '')}`;
}

/** What events are about, by id. */
interface Things {
  people: ReadonlyMap<string, EventPerson>;
  devices: ReadonlyMap<string, EventDevice>;
  punches: ReadonlyMap<string, EventPunch>;
  corrections: ReadonlyMap<string, EventData<'punch.corrected'>>;
}

type Subject = OutboxEvent['subject'];
type Data = { [T in EventType]: (subject: Subject, things: Things) => EventData<T> | null };

const DATA: Data = {
  'punch.created': ofPunch,
  'punch.stated': ofPunch,
  'punch.corrected': ({ correction }, { corrections }) => corrections.get(correction ?? '') ?? null,
  'person.enrolled': ofPerson,
  'person.erased': ofPerson,
  'person.merged': (subject, things) => {
    const { from } = subject;
    const of = ofPerson(subject, things);
    return of && from !== undefined ? { ...of, from } : null;
  },
  'consent.withdrawn': ofPerson,
  'device.up': ofDevice,
  'device.down': ofDevice,
  'liveness.doubtful': ({ person, punch }, { people, punches }) => {
    const whose = people.get(person ?? '');
    if (!whose) return null;
    if (punch === undefined) return { during: 'enrollment', person: whose, punch: null };
    const made = punches.get(punch);
    return made ? { during: 'punch', person: made.person, punch: made } : null;
  },
};

function ofPunch({ punch: id }: Subject, { punches }: Things): { punch: EventPunch } | null {
  const punch = punches.get(id ?? '');
  return punch ? { punch } : null;
}

function ofPerson({ person: id }: Subject, { people }: Things): { person: EventPerson } | null {
  const person = people.get(id ?? '');
  return person ? { person } : null;
}

function ofDevice({ device: id }: Subject, { devices }: Things): { device: EventDevice } | null {
  const device = devices.get(id ?? '');
  return device ? { device } : null;
}

async function thingsOf(em: Em, events: readonly SequencedEvent[]): Promise<Things> {
  const ids = (what: string) => [
    ...new Set(events.flatMap(({ subject }) => (subject[what] === undefined ? [] : [subject[what]]))),
  ];
  const corrections = await em.find(Correction, { id: { $in: ids('correction') } });
  const correctionIds = corrections.map(({ id }) => id);
  const voids = await em.find(PunchVoid, { correctionId: { $in: correctionIds } });
  const voidedIds = voids.map(({ punchId }) => punchId);
  const punches = await em.find(
    Punch,
    {
      $or: [{ id: { $in: [...ids('punch'), ...voidedIds] } }, { correctionId: { $in: correctionIds } }],
    },
    { orderBy: { at: 'asc', id: 'asc' } },
  );
  const sites = new Map(
    (await em.find(Site, {}, { fields: ['id', 'name'] })).map(({ id, name }) => [id, { id, name }]),
  );
  const devices = new Map(
    (await em.find(Device, {}, { fields: ['id', 'name', 'kind', 'siteId'] })).map((device) => [
      device.id,
      deviceView(device, sites),
    ]),
  );
  const personIds = [...ids('person'), ...punches.map(({ personId }) => personId)];
  const people = new Map(
    (await em.find(Person, { id: { $in: personIds } })).map((person) => [person.id, personView(person)]),
  );
  const views = await punchViews(em, punches, { people, devices, sites });
  return {
    people,
    devices,
    punches: views,
    corrections: new Map(
      corrections.map(({ id, kind }) => {
        const voided = voids.flatMap((one) =>
          one.correctionId === id ? (views.get(one.punchId) ?? []) : [],
        );
        const added = punches.flatMap((one) => (one.correctionId === id ? (views.get(one.id) ?? []) : []));
        return [id, { correction: { id, kind: kindOf(kind) }, voided, added }];
      }),
    ),
  };
}

/** A merge has an event of its own. */
function kindOf(kind: Correction['kind']): EventData<'punch.corrected'>['correction']['kind'] {
  return kind === 'merge' ? 'move' : kind;
}

function personView(person: Person): EventPerson {
  const { id, number, department, erasedAt } = person;
  if (erasedAt) return { id, number: null, displayName: null, department: null, erased: true };
  return {
    id,
    number: number ?? null,
    displayName: displayName(person),
    department: department || null,
    erased: false,
  };
}

type Named = ReadonlyMap<string, { id: string; name: string }>;

function deviceView(
  { id, name, kind, siteId }: Pick<Device, 'id' | 'name' | 'kind' | 'siteId'>,
  sites: Named,
): EventDevice {
  return { id, name, kind, site: (siteId && sites.get(siteId)) || null };
}

async function punchViews(
  em: Em,
  punches: readonly Punch[],
  { people, devices, sites }: Pick<Things, 'people' | 'devices'> & { sites: Named },
): Promise<Map<string, EventPunch>> {
  const of = { punchId: { $in: punches.map(({ id }) => id) } };
  const stated = new Map((await em.find(PunchStatement, of)).map((one) => [one.punchId, one.says]));
  const voided = new Set((await em.find(PunchVoid, of)).map(({ punchId }) => punchId));
  const meanings: ReadonlyMap<string, Understood> = await meaningsOf(em, punches);
  const views = new Map<string, EventPunch>();
  for (const punch of punches) {
    const { id, personId, at, timeZone, source, siteId, deviceId } = punch;
    const device = deviceId ? devices.get(deviceId) : undefined;
    views.set(id, {
      id,
      person: people.get(personId)!,
      at: at.toISOString(),
      localDate: dateAt(at.getTime(), timeZone),
      localTime: clockAt(at.getTime(), timeZone),
      timeZone,
      means: meanings.get(id)!,
      says: stated.get(id) ?? punch.says ?? null,
      source,
      site: (siteId && sites.get(siteId)) || null,
      device: device ? { id: device.id, name: device.name } : null,
      live: punch.live ?? null,
      voided: voided.has(id),
    });
  }
  return views;
}
