/** The words with which the enrollment service refuses. */
import { MusterError } from '../protocol/error.ts';
import type { EnrollmentState } from '../protocol/results.ts';

export function busySaving(): MusterError {
  return new MusterError('wrong-state', 'This capture is being saved right now: wait for the result.');
}

export function over(state: EnrollmentState): MusterError {
  const why: Partial<Record<EnrollmentState, string>> = {
    saved: 'This capture has already been saved: start a new one to capture the person again.',
    canceled: 'This capture was canceled: start a new one.',
    complete: 'This capture is complete: save it, or start over.',
  };
  return new MusterError('wrong-state', why[state] ?? `This is not possible while the capture is ${state}.`);
}

export function flatFace(): MusterError {
  return new MusterError(
    'wrong-state',
    'Nothing has shown yet that this is a head, and not a picture of one. Turn the head slowly from one side to the other.',
  );
}

export function duplicateFace(other: { id: string; displayName: string }, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${other.displayName}, who is already enrolled. Check who is in front of the camera. If they really are two people, give a reason and save anyway.`,
    { details: { personId: other.id, displayName: other.displayName, similarity } },
  );
}
