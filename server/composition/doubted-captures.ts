/** Writes down captures that may have been of a picture or a film, so that HR sees in the audit trail of whom, why and through whom. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import type { Enroller } from '../enrollment/enroller.ts';
import { addEvents } from '../outbox/add-event.ts';
import type { CaptureDoubt } from '../protocol/results.ts';
import type { Caller } from '../protocol/session.ts';

interface Captures {
  on(event: 'capture.doubted', told: (personId: string, by: Enroller, doubt: CaptureDoubt) => void): unknown;
}

export function auditDoubtedCaptures(captures: Captures, database: Database, log: Logger): void {
  captures.on('capture.doubted', (personId, by, doubt) => {
    write(database, { personId, by, doubt }).catch((error: unknown) =>
      log.error(
        { event: 'enrollment.not-audited', personId, err: error },
        'a capture that may have been of a picture is not in the audit trail',
      ),
    );
  });
}

async function write(
  database: Database,
  { personId, by, doubt }: { personId: string; by: Enroller; doubt: CaptureDoubt },
): Promise<void> {
  await database.transaction(async (em) => {
    let actor: Caller;
    if ('invitationId' in by) {
      actor = { kind: 'invitation', personId, ...by };
    } else {
      const { accountId, name } = by;
      const { username, role } = await em.findOneOrFail(Account, { id: accountId });
      actor = { kind: 'account', accountId, name, username, role, department: null };
    }
    await addEvents(em, [{ type: 'liveness.doubtful', subject: { person: personId } }]);
    await audit(em, {
      act: 'enrollment.flat',
      object: { kind: 'person', id: personId },
      after: { doubt },
      actor,
    });
  });
}
