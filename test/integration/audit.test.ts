import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, chainHash } from '../../server/audit/audit.ts';
import { auditContext } from '../../server/audit/audit-context.ts';
import { auditEvents } from '../../server/audit/audit-view.ts';
import { namesOf } from '../../server/audit/names-of.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { Actor } from '#protocol/session.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

const ada: Actor = {
  kind: 'account',
  accountId: '9d1c8a4e-0000-4000-8000-000000000001',
  name: 'Ada',
  username: 'ada',
  role: 'owner',
  department: null,
};

describe('the audit trail', () => {
  let services: DataServices;

  beforeAll(async () => {
    services = await openDataServices();
  });
  afterAll(() => services.close());

  const events = () => services.database.fork().find(AuditEvent, {}, { orderBy: { seq: 'asc' } });

  it('an audit event holds the actor, the address and the act, and is chained to the previous event', async () => {
    await auditContext.run({ actor: ada, address: '192.0.2.1' }, () =>
      services.database.transaction((em) =>
        audit(em, { act: 'device.changed', object: { kind: 'device', id: 'x' }, after: { n: 1 } }),
      ),
    );
    await services.database.transaction((em) => audit(em, { act: 'device.revoked' }));
    const [first, second] = (await events()).slice(-2);
    expect(first).toMatchObject({
      actorKind: 'account',
      actorName: 'ada',
      address: '192.0.2.1',
      act: 'device.changed',
      detail: '{"after":{"n":1}}',
    });
    expect(second).toMatchObject({ actorKind: 'server', address: null, seq: first!.seq + 1 });
    expect(Buffer.from(second!.previous)).toEqual(Buffer.from(first!.hash));
    expect(Buffer.from(second!.hash)).toEqual(chainHash(second!, second!.previous));
  });

  it('an audit event is not written when its transaction is rolled back', async () => {
    const before = (await events()).length;
    await expect(
      services.database.transaction(async (em) => {
        await audit(em, { act: 'device.paired' });
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await events()).toHaveLength(before);
  });

  it('concurrent audit events leave neither gap nor fork in the chain', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        services.database.transaction((em) => audit(em, { act: 'device.changed' })),
      ),
    );
    const all = await events();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    let previous: Buffer = Buffer.from(all[0]!.previous);
    for (const event of all) {
      expect(Buffer.from(event.hash)).toEqual(chainHash(event, event.previous));
      expect(Buffer.from(event.previous)).toEqual(previous);
      previous = Buffer.from(event.hash);
    }
  });

  it('names are looked up for what an event is about, and for its details, as long as there are any', async () => {
    const { id } = await services.addPerson({ givenName: 'Grace', familyName: 'Hopper' });
    const device = await services.addDevice();
    const gone = randomUUID();
    await services.database.transaction((em) =>
      audit(em, {
        act: 'punch.refused',
        object: { kind: 'person', id },
        after: { device: device.deviceId, punches: [gone], code: null },
      }),
    );
    const named = async () => {
      const page = await auditEvents(services.database, { act: 'punch.refused' }, 1);
      return namesOf(services.database, page);
    };
    expect(await named()).toEqual({
      [id]: { name: 'Grace Hopper', personId: id },
      [device.deviceId]: { name: device.name },
    });
    await services.people.erase(id);
    expect(await named()).toEqual({ [device.deviceId]: { name: device.name } });
  });

  it.each(['update audit_event set act = $$x$$', 'delete from audit_event', 'truncate audit_event'])(
    'the audit trail cannot be changed: %s',
    async (sql) => {
      await expect(services.database.fork().execute(sql)).rejects.toThrow('append-only');
    },
  );
});
