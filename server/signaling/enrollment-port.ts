import type { Enroller } from '../enrollment/enroller.ts';
import type { EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';

/**
 * The part of the enrollment service that signaling uses.
 *
 * Every method may throw MusterError `not-found`, `forbidden` (the enrollment belongs to another enroller), `wrong-state` or
 * `duplicate-face`. `by` is the `enrollerId`.
 */
export interface EnrollmentPort {
  start(personId: string, by: Enroller): Promise<Replies['enrollment.start']>;
  continue(enrollmentId: string, by: string): unknown;
  restart(enrollmentId: string, by: string): unknown;
  cancel(enrollmentId: string, by: string): unknown;
  save(
    enrollmentId: string,
    by: string,
    override?: { reason: string },
    frontOnly?: { reason: string },
  ): Promise<Replies['enrollment.save']>;
  /** The ID of the camera with which this enrollment is captured. */
  cameraOf(enrollmentId: string, by: string): string;
  on(event: 'state.changed', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
  off(event: 'state.changed', listener: (enrollmentId: string, state: EnrollmentState) => void): unknown;
}
