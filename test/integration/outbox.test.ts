import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { Database } from '../../server/db/database.ts';
import { EVENT_PAGE, EventReader } from '../../server/events/event-reader.ts';
import { addEvents } from '../../server/outbox/add-event.ts';
import { Outbox } from '../../server/outbox/outbox.ts';
import { type MusterEvent, musterEvent } from '#protocol/events.ts';
import type { CorrectionActor } from '../../server/attendance/correction-service.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');
let services: DataServices;
let door: SightingDevice;
let by: CorrectionActor;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  door = doorOf(await services.addDevice());
  by = { accountId: await services.accountId(), role: 'owner', departments: undefined };
  services.outbox.start();
});
afterAll(() => services.close());

async function punch(personId: string, at = NOW, live: number | null = null): Promise<void> {
  const face = { track: 1, similarity: 0.7, margin: 0.3, frames: 4, live };
  await services.attendance.record({ id: randomUUID(), cameraId: door.id, personId, at, ...face }, door);
}

/** The events that `work` causes, as an outsider reads them. */
async function eventsOf(work: () => Promise<unknown>): Promise<MusterEvent[]> {
  await services.outbox.look();
  const before = await services.events.head();
  await work();
  await services.outbox.look();
  const { events } = await services.events.after(before);
  for (const event of events) musterEvent.parse(event);
  return events;
}

const enrolled = (id: string) => ({ type: 'person.enrolled' as const, subject: { person: id } });
const typesOf = (events: readonly MusterEvent[]) => events.map(({ type }) => type);

const ids = (events: readonly MusterEvent[]) => events.map((event) => event.id);

describe('events of the outbox', () => {
  it('a punch is an event that says who, where and what it means; one that repeats it is none', async () => {
    const person = await services.addPerson({ givenName: 'Ada', familyName: 'Lovelace' });
    const events = await eventsOf(async () => {
      await punch(person.id, NOW - 3_600_000);
      await punch(person.id, NOW - 3_600_000 + 1_000);
      await punch(person.id);
    });
    expect(typesOf(events)).toEqual(['punch.created', 'punch.created']);
    const [first, second] = events as [MusterEvent, MusterEvent];
    expect(first.id).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(second.sequence).toBeGreaterThan(first.sequence);
    expect(first.data).toMatchObject({
      punch: {
        person: { id: person.id, number: person.number, displayName: 'Ada Lovelace', erased: false },
        at: '2026-11-23T10:00:00.000Z',
        localTime: '11:00',
        timeZone: 'Europe/Paris',
        means: 'in',
        says: null,
        source: 'sighting',
        device: { id: door.id, name: 'Front door' },
        voided: false,
      },
    });
    expect(second.data).toMatchObject({ punch: { means: 'seen' } });
  });

  it('a punch of a face that may be a picture is two events', async () => {
    const { id } = await services.addPerson();
    const events = await eventsOf(() => punch(id, NOW, 0.2));
    expect(typesOf(events)).toEqual(['punch.created', 'liveness.doubtful']);
    expect(events[1]!.data).toMatchObject({ during: 'punch', person: { id }, punch: { live: 0.2 } });
  });

  it('a correction tells which punches count no more, and which do', async () => {
    const { id } = await services.addPerson();
    const [created] = await eventsOf(() => punch(id));
    const made = (created as MusterEvent & { type: 'punch.created' }).data.punch;
    const [corrected] = await eventsOf(() =>
      services.corrections.create(
        {
          kind: 'change',
          punchId: made.id,
          date: '2026-11-23',
          time: '11:30',
          says: 'out',
          reason: 'Left earlier',
        } as never,
        by,
      ),
    );
    expect(corrected).toMatchObject({
      type: 'punch.corrected',
      data: {
        correction: { kind: 'change' },
        voided: [{ id: made.id, voided: true }],
        added: [{ at: '2026-11-23T10:30:00.000Z', says: 'out', means: 'out', person: { id } }],
      },
    });
  });

  it('enrollment, the end of a consent and erasure are events', async () => {
    const { id } = await services.addConsentedPerson();
    const events = await eventsOf(async () => {
      await services.enroll(id, [newTemplate('front', 1)]);
      await services.consents.withdraw(id, { accountId: by.accountId });
      await services.people.erase(id);
    });
    expect(typesOf(events)).toEqual(['person.enrolled', 'consent.withdrawn', 'person.erased']);
  });

  it('an erasure reaches the events that nobody has read yet', async () => {
    const { id } = await services.addPerson({ givenName: 'Quite', familyName: 'Unforgettable' });
    const events = await eventsOf(async () => {
      await punch(id);
      await services.people.erase(id);
    });
    expect(typesOf(events)).toEqual(['punch.created', 'person.erased']);
    expect(JSON.stringify(events)).not.toMatch(/Unforgettable|E-\d/);
    expect(events[0]!.data).toMatchObject({
      punch: { person: { id, number: null, displayName: null, erased: true } },
    });
  });

  it('what is undone is no event', async () => {
    const { id } = await services.addPerson();
    const events = await eventsOf(async () => {
      const undone = services.database.transaction(async (em) => {
        await addEvents(em, [{ type: 'person.enrolled', subject: { person: id } }]);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
    });
    expect(events).toEqual([]);
  });

  it('an event that is written earlier and committed later is not missed, and several servers give each number once', async () => {
    const database = await Database.open({ url: services.url, log: services.log });
    const second = new Outbox({ database, log: services.log });
    const people = await Promise.all([services.addPerson(), services.addPerson()]);
    const [early, late] = people.map(({ id }) => id);
    try {
      second.start();
      const start = await services.events.head();
      const written = Promise.withResolvers<void>();
      const mayCommit = Promise.withResolvers<void>();
      const slow = database.transaction(async (em) => {
        await addEvents(em, [enrolled(early!)]);
        written.resolve();
        await mayCommit.promise;
      });
      await written.promise;
      await services.database.transaction((em) => addEvents(em, [enrolled(late!)]));
      await services.outbox.look();
      const first = await services.events.after(start);
      expect(first.events.map(({ data }) => data)).toMatchObject([{ person: { id: late } }]);
      mayCommit.resolve();
      await slow;
      await Promise.all([services.outbox.look(), second.look()]);
      const then = await services.events.after(first.position);
      expect(then.events.map(({ data }) => data)).toMatchObject([{ person: { id: early } }]);

      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const writer = i % 2 ? database : services.database;
          await writer.transaction((em) => addEvents(em, [enrolled(late!), enrolled(early!)]));
        }),
      );
      await Promise.all([services.outbox.look(), second.look()]);
      const all = await services.events.after(then.position);
      const numbers = all.events.map(({ sequence }) => sequence);
      expect(numbers).toEqual(Array.from({ length: 80 }, (_, i) => then.position + i + 1));
      expect(new Set(all.events.map(({ id }) => id)).size).toBe(80);
    } finally {
      await second.close();
      await database.close();
    }
  });

  it('new events are reported after the commit of this server, without waiting for the next look', async () => {
    const database = await Database.open({ url: services.url, log: services.log });
    const outbox = new Outbox({ database, log: services.log, period: 3_600_000 });
    try {
      outbox.start();
      await outbox.look();
      const reported = new Promise<number>((resolve) => {
        outbox.on('events.sequenced', resolve);
      });
      const { id } = await services.addPerson();
      await database.transaction((em) =>
        addEvents(em, [{ type: 'person.enrolled', subject: { person: id } }]),
      );
      const head = await reported;
      const { events } = await new EventReader({ database }).after(head - 1);
      expect(events).toMatchObject([{ type: 'person.enrolled', sequence: head, data: { person: { id } } }]);
    } finally {
      await outbox.close();
      await database.close();
    }
  });

  it('pages follow each other without a gap, and retention deletes events after 30 days', async () => {
    const { id } = await services.addPerson();
    const before = await services.events.head();
    const enrolled = { type: 'person.enrolled' as const, subject: { person: id } };
    await services.database.transaction((em) =>
      addEvents(
        em,
        Array.from({ length: EVENT_PAGE + 5 }, () => enrolled),
      ),
    );
    await services.outbox.look();
    const first = await services.events.after(before);
    expect([first.events.length, first.more]).toEqual([EVENT_PAGE, true]);
    const second = await services.events.after(first.position);
    expect([second.events.length, second.more]).toEqual([5, false]);
    await services.database
      .fork()
      .execute(`update outbox_event set at = now() - interval '31 days' where sequence <= ?`, [
        first.position,
      ]);
    await services.database
      .fork()
      .execute(`update outbox_event set at = now() - interval '29 days' where sequence > ?`, [
        first.position,
      ]);
    await services.retention.run();
    expect(await services.events.tail()).toBe(first.position);
    expect(ids((await services.events.after(0)).events)).toEqual(ids(second.events));
  });
});
