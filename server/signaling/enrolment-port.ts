import type { EnrolmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';

/**
 * What signalling asks of the enrolment service. Every method throws MusterError: `not-found`, `forbidden`
 * where the enrolment is another account's, `wrong-state`, `duplicate-face`.
 */
export interface EnrolmentPort {
  start(personId: string, by: { accountId: string; name: string }): Promise<Replies['enrolment.start']>;
  continue(enrolmentId: string, accountId: string): unknown;
  restart(enrolmentId: string, accountId: string): unknown;
  cancel(enrolmentId: string, accountId: string): unknown;
  save(
    enrolmentId: string,
    accountId: string,
    override?: { reason: string },
  ): Promise<Replies['enrolment.save']>;
  /** The camera that this enrolment is captured with. */
  cameraOf(enrolmentId: string, accountId: string): string;
  on(event: 'state', listener: (enrolmentId: string, state: EnrolmentState) => void): unknown;
  off(event: 'state', listener: (enrolmentId: string, state: EnrolmentState) => void): unknown;
}
