import type { EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';

/**
 * The part of the enrollment service that signaling uses.
 *
 * Every method may throw MusterError `not-found`, `forbidden` (the enrollment belongs to another account), `wrong-state` or
 * `duplicate-face`.
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
    frontOnly?: { reason: string },
  ): Promise<Replies['enrollment.save']>;
  /** The ID of the camera with which this enrollment is captured. */
  cameraOf(enrollmentId: string, accountId: string): string;
  on(event: 'state.changed', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
  off(event: 'state.changed', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
}
