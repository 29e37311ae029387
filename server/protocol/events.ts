/**
 * Events: what happened, for other programs. A webhook, the event stream and a broker tell the same ones. A body is written
 * when it is told, from what is known then: of an erased person it has the id and nothing else.
 */
import { z } from 'zod';
import { deviceKind } from './devices.ts';
import { punchView } from './attendance.ts';
import { id, instant } from './fields.ts';

/** Events are kept for this many days: whoever reads them later reads the records instead. */
export const EVENT_DAYS = 30;

const person = z
  .strictObject({
    id,
    number: z.string().nullable().describe('Null where the person has none, or is erased.'),
    displayName: z.string().nullable().describe('Null where the person is erased.'),
    department: z.string().nullable(),
    erased: z.boolean().describe('Everything that says who it was is deleted: delete it too.'),
  })
  .meta({ id: 'EventPerson' });
export type EventPerson = z.infer<typeof person>;

const named = z.strictObject({ id, name: z.string() });

const punch = z
  .strictObject({
    id,
    person,
    at: instant,
    localDate: punchView.shape.localDate,
    localTime: punchView.shape.localTime,
    timeZone: punchView.shape.timeZone,
    means: z
      .enum(['in', 'out', 'seen'])
      .describe('By the rules of the site, as things are now. `seen`: only that the person passed.'),
    says: punchView.shape.says,
    source: punchView.shape.source,
    site: named.nullable(),
    device: named.nullable().describe('The station or camera; null for a correction.'),
    live: punchView.shape.live,
    voided: z.boolean().describe('It counts nowhere any more.'),
  })
  .meta({ id: 'EventPunch' });
export type EventPunch = z.infer<typeof punch>;

const device = z
  .strictObject({
    id,
    name: z.string(),
    kind: deviceKind,
    site: named.nullable().describe('Null for one at the default site.'),
  })
  .meta({ id: 'EventDevice' });
export type EventDevice = z.infer<typeof device>;

/** What each event tells, by its type. */
const DATA = {
  'punch.created': z.strictObject({ punch }).describe('A person checked in or out, or was seen.'),
  'punch.stated': z.strictObject({ punch }).describe('The person said at the station what the punch is.'),
  'punch.corrected': z
    .strictObject({
      correction: z.strictObject({ id, kind: z.enum(['add', 'void', 'move', 'change']) }),
      voided: z.array(punch).describe('They count no more.'),
      added: z.array(punch).describe('They count from now on.'),
    })
    .describe('A correction was applied.'),
  'person.enrolled': z.strictObject({ person }).describe('The face of a person was captured and saved.'),
  'person.erased': z.strictObject({ person }).describe('The person was erased: only the id is left.'),
  'person.merged': z
    .strictObject({ person, from: id.describe('The record that is no more.') })
    .describe('Two records of one person became one: the punches of both are those of `person`.'),
  'consent.withdrawn': z
    .strictObject({ person })
    .describe('A person took back the consent to being recognized.'),
  'device.up': z.strictObject({ device }).describe('A station or camera is connected.'),
  'device.down': z.strictObject({ device }).describe('It has been away for longer than a reload takes.'),
  'liveness.doubtful': z
    .strictObject({
      during: z.enum(['punch', 'enrollment']),
      person,
      punch: punch.nullable().describe('Null during an enrollment.'),
    })
    .describe('The face may have been a picture of the person.'),
} as const;

export type EventType = keyof typeof DATA;
export const EVENT_TYPES = Object.keys(DATA) as [EventType, ...EventType[]];

/** `evt_` and 32 hexadecimal digits. However often an event is told, it has the same one. */
export const eventId = z.string().regex(/^evt_[0-9a-f]{32}$/, { error: 'is not the id of an event' });

function eventOf<T extends EventType>(type: T) {
  return z.strictObject({
    id: eventId.describe('The same however often the event is told.'),
    type: z.literal(type),
    sequence: z.int().positive().describe('Rises from event to event, with gaps.'),
    timestamp: instant.describe('When it happened.'),
    data: DATA[type],
  });
}

export const musterEvent = z
  .discriminatedUnion('type', [
    eventOf('punch.created'),
    eventOf('punch.stated'),
    eventOf('punch.corrected'),
    eventOf('person.enrolled'),
    eventOf('person.erased'),
    eventOf('person.merged'),
    eventOf('consent.withdrawn'),
    eventOf('device.up'),
    eventOf('device.down'),
    eventOf('liveness.doubtful'),
  ])
  .meta({ id: 'Event' });
export type MusterEvent = z.infer<typeof musterEvent>;
export type EventData<T extends EventType> = z.infer<(typeof DATA)[T]>;

/** What only a stream tells. */
const missed = z.strictObject({
  type: z.literal('stream.missed'),
  after: z.int().nonnegative().describe('The number that was asked for.'),
  continues: z.int().nonnegative().describe('The stream goes on after this one. Read the records instead.'),
});

export const streamedEvent = z
  .discriminatedUnion('type', [...musterEvent.options, missed])
  .meta({ id: 'StreamedEvent' });
export type StreamedEvent = z.infer<typeof streamedEvent>;

/** The number of an event, as a header or in an address. */
export const eventPosition = z.coerce
  .number({ error: 'is not the number of an event' })
  .pipe(
    z.int({ error: 'is not the number of an event' }).nonnegative({ error: 'is not the number of an event' }),
  );

const oneType = `(${EVENT_TYPES.map((type) => type.replace('.', '\\.')).join('|')})`;

/** Types of events with commas between them. */
const typeList = z.string().regex(new RegExp(`^${oneType}(,${oneType})*$`), {
  error: 'is not a list of types such as punch.created,punch.corrected',
});

/** @param list that `eventsQuery` has accepted */
export function typesIn(list: string): EventType[] {
  return EVENT_TYPES.filter((type) => list.split(',').includes(type));
}

export const eventsQuery = z.strictObject({
  types: typeList
    .optional()
    .describe(
      'Only events of these types, with commas between them; `stream.missed` is told in any case. Left out: all.',
    ),
  after: eventPosition
    .optional()
    .describe('The last event that the caller has; `Last-Event-ID` goes before it. Left out: from now on.'),
});
