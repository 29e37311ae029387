/** The texts of the guided capture. Arrows are directions on the mirrored screen, degrees clockwise from up. */
import { msg, str } from '@lit/localize';
import type { PoseBin } from '#protocol/face.ts';
import type { EnrollmentInstruction, EnrollmentProgress } from '#protocol/results.ts';
import { SEGMENT_ANGLE, type RingBin } from './ring-geometry.ts';
import { list, number } from '../../locales/intl.ts';

export interface Words {
  text: () => string;
  /** The segment of the direction that it asks for. */
  toward?: RingBin;
  /** Something hinders the capture. */
  hindrance?: boolean;
}

export const INSTRUCTION_WORDS: Record<EnrollmentInstruction, Words> = {
  'look-straight': { text: () => msg('Look straight at the camera') },
  'turn-left': { text: () => msg('Turn a little to your left'), toward: 'left' },
  'turn-right': { text: () => msg('Turn a little to your right'), toward: 'right' },
  'look-up': { text: () => msg('Lift your chin a little'), toward: 'up' },
  'look-down': { text: () => msg('Lower your chin a little'), toward: 'down' },
  'turn-up-left': { text: () => msg('Look up to your left'), toward: 'up-left' },
  'turn-up-right': { text: () => msg('Look up to your right'), toward: 'up-right' },
  'turn-down-left': { text: () => msg('Look down to your left'), toward: 'down-left' },
  'turn-down-right': { text: () => msg('Look down to your right'), toward: 'down-right' },
  'hold-still': { text: () => msg('Hold still') },
  'come-closer': { text: () => msg('Come closer'), hindrance: true },
  'move-back': { text: () => msg('Move back a little'), hindrance: true },
  'center-face': { text: () => msg('Move to the center'), hindrance: true },
  'too-dark': { text: () => msg('It is too dark here'), hindrance: true },
  'too-bright': { text: () => msg('It is too bright here'), hindrance: true },
  'too-blurred': { text: () => msg('Move more slowly, the picture is blurred'), hindrance: true },
  'one-face-only': { text: () => msg('Only one person, please'), hindrance: true },
  'no-face': { text: () => msg('Look at the camera'), hindrance: true },
  'face-changed': { text: () => msg('Different face – starting over'), hindrance: true },
  done: { text: () => msg('All done') },
};

export function arrowAngle(words: Words): number | null {
  return words.toward ? SEGMENT_ANGLE[words.toward] : null;
}

const BIN_TEXTS: Record<PoseBin, () => string> = {
  front: () => msg('straight on', { id: 'pose-straight-on' }),
  up: () => msg('up', { id: 'pose-up' }),
  'up-right': () => msg('up right', { id: 'pose-up-right' }),
  right: () => msg('right', { id: 'pose-right' }),
  'down-right': () => msg('down right', { id: 'pose-down-right' }),
  down: () => msg('down', { id: 'pose-down' }),
  'down-left': () => msg('down left', { id: 'pose-down-left' }),
  left: () => msg('left', { id: 'pose-left' }),
  'up-left': () => msg('up left', { id: 'pose-up-left' }),
};

/** Why a capture that has angles enough cannot be saved yet, and what to do. */
export function doubtText({ doubt, movements }: Pick<EnrollmentProgress, 'doubt' | 'movements'>): string {
  if (movements?.state === 'exhausted') {
    return msg(
      'The movements were not made as they were asked for, too many times. Please ask HR to enroll you at their desk.',
    );
  }
  if (doubt === 'flat') {
    return msg(
      'Nothing has shown yet that this is a head, and not a picture of one. Turn the head slowly from one side to the other.',
    );
  }
  if (doubt === 'picture') {
    return msg(
      'Photo detection takes this for a picture or a screen. Look straight at the camera, in better light, with nothing in front of the face.',
    );
  }
  if (movements?.state === 'wrong') {
    return msg('That was not what was asked for. Look straight at the camera; another try follows.');
  }
  const { made = 0, of = 0 } = movements ?? {};
  return of === 0
    ? msg('One last check: do what is asked for.')
    : msg(str`One last check: do what is asked for. Movements made: ${number(made)} of ${number(of)}.`);
}

export function binList(bins: readonly PoseBin[]): string {
  return list(bins.map((bin) => BIN_TEXTS[bin]()));
}
