/** A capture that may have been of a picture is in the audit trail, with the person, the reason, and whoever captured. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CaptureDoubt } from '#protocol/results.ts';
import { auditDoubtedCaptures } from '../../server/composition/doubted-captures.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { Enroller } from '../../server/enrollment/enroller.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

const captures = new EventEmitter<{
  'capture.doubted': [personId: string, by: Enroller, doubt: CaptureDoubt];
}>();
let services: DataServices;

beforeAll(async () => {
  services = await openDataServices();
  auditDoubtedCaptures(captures, services.database, services.log);
});
afterAll(() => services.close());

async function eventOf(personId: string): Promise<AuditEvent | null> {
  return services.database.fork().findOne(AuditEvent, { act: 'enrollment.flat', objectId: personId });
}

it('names the account that captured', async () => {
  const { id } = await services.addPerson({ givenName: 'Ida' });
  const accountId = await services.accountId();
  captures.emit('capture.doubted', id, { accountId, name: 'Ada' }, 'flat');
  await expect.poll(() => eventOf(id)).toMatchObject({ actorKind: 'account', actorId: accountId });
  expect(JSON.parse((await eventOf(id))!.detail)).toEqual({ after: { doubt: 'flat' } });
});

it('names the invitation through which somebody captured themselves', async () => {
  const { id } = await services.addPerson({ givenName: 'Ben' });
  captures.emit('capture.doubted', id, { invitationId: 'inv-1', name: 'Ben' }, 'unmoved');
  await expect
    .poll(() => eventOf(id))
    .toMatchObject({ actorKind: 'invitation', actorId: 'inv-1', objectKind: 'person' });
  expect(JSON.parse((await eventOf(id))!.detail)).toEqual({ after: { doubt: 'unmoved' } });
});
