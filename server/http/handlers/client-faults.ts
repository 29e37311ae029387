import type { Logger } from 'pino';
import { RepeatedFaults } from '../../async/repeated-faults.ts';
import type { Caller } from '../../protocol/session.ts';
import type { Handlers } from '../handler.ts';

/** Mistakes in pages, in the log of the server: one line an hour for each, whatever a broken page sends. */
export function clientFaultHandlers({ log }: { log: Logger }): Handlers<'clientFaults'> {
  const faults = new RepeatedFaults();
  return {
    'clientFaults.report': ({ body }, { caller }) => {
      if (caller === null || !faults.isNew(`${body.page} ${body.name} ${body.message}`)) return;
      const { name, message, stack, page } = body;
      log.error(
        {
          event: 'client.fault',
          caller: caller.kind,
          ...idOf(caller),
          page,
          fault: { name, message, stack },
        },
        'a page met a mistake of its own',
      );
    },
  };
}

function idOf(caller: Caller) {
  if (caller.kind === 'device') return { deviceId: caller.deviceId };
  if (caller.kind === 'invitation') return { invitationId: caller.invitationId };
  return caller.kind === 'account' ? { accountId: caller.accountId } : { tokenId: caller.tokenId };
}
