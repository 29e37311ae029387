import type { EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';

/**
 * What signaling asks of the enrollment service. Every method throws MusterError: `not-found`, `forbidden`
 * where the enrollment is another account's, `wrong-state`, `duplicate-face`.
 */
export interface EnrollmentPort {
  start(personId: string, by: { accountId: string; name: string }): Promise<Replies['enrollment.start']>;
  continue(enrollmentId: string, accountId: string): unknown;
  restart(enrollmentId: string, accountId: string): unknown;
  cancel(enrollmentId: string, accountId: string): unknown;
  save(
    enrollmentId: string,
    accountId: string,
    override?: { reason: string },
  ): Promise<Replies['enrollment.save']>;
  /** The camera that this enrollment is captured with. */
  cameraOf(enrollmentId: string, accountId: string): string;
  on(event: 'state', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
  off(event: 'state', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
}
