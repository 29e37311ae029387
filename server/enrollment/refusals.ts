/** The words with which the enrollment service refuses. */
import { MusterError } from '../protocol/error.ts';
import type { CaptureDoubt, EnrollmentState } from '../protocol/results.ts';

export function noPerson(): MusterError {
  return new MusterError('not-found', 'This person does not exist: reload the list of people.');
}

export function noConsent(displayName: string): MusterError {
  return new MusterError(
    'wrong-state',
    `Record the consent of ${displayName} to the current text before capturing their face.`,
  );
}

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

/** Why a capture that has angles enough is not saved. */
export function notAPerson(doubt: CaptureDoubt): MusterError {
  const why: Record<CaptureDoubt, string> = {
    flat: 'Nothing has shown yet that this is a head, and not a picture of one. Turn the head slowly from one side to the other.',
    picture:
      'Photo detection takes this for a picture or a screen. Look straight at the camera, in better light, with nothing in front of the face.',
    unmoved: 'The movements at the end are missing: do what is asked for, one after the other.',
  };
  return new MusterError('wrong-state', why[doubt]);
}

export function tooManyTries(): MusterError {
  return new MusterError(
    'forbidden',
    'The movements were not made as they were asked for, too many times. Please ask HR to enroll you at their desk.',
  );
}

export function duplicateFace(other: { id: string; displayName: string }, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${other.displayName}, who is already enrolled. Check who is in front of the camera. If they really are two people, give a reason and save anyway.`,
    { details: { personId: other.id, displayName: other.displayName, similarity } },
  );
}
