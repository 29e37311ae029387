/** The words of the guided capture. Arrows are directions on the mirrored screen, degrees clockwise from up. */
import type { PoseBin } from '#protocol/face.ts';
import type { EnrollmentInstruction } from '#protocol/results.ts';
import { SEGMENT_ANGLE, type RingBin } from './ring-geometry.ts';

export interface Words {
  text: string;
  /** The segment this asks for, if it asks for a direction. */
  toward?: RingBin;
  /** Something is in the way of capturing. */
  hindrance?: boolean;
}

export const INSTRUCTION_WORDS: Record<EnrollmentInstruction, Words> = {
  'look-straight': { text: 'Look straight at the camera' },
  'turn-left': { text: 'Turn a little to your left', toward: 'left' },
  'turn-right': { text: 'Turn a little to your right', toward: 'right' },
  'look-up': { text: 'Lift your chin a little', toward: 'up' },
  'look-down': { text: 'Lower your chin a little', toward: 'down' },
  'turn-up-left': { text: 'Look up to your left', toward: 'up-left' },
  'turn-up-right': { text: 'Look up to your right', toward: 'up-right' },
  'turn-down-left': { text: 'Look down to your left', toward: 'down-left' },
  'turn-down-right': { text: 'Look down to your right', toward: 'down-right' },
  'hold-still': { text: 'Hold still' },
  'come-closer': { text: 'Come closer', hindrance: true },
  'move-back': { text: 'Move back a little', hindrance: true },
  'center-face': { text: 'Move into the middle', hindrance: true },
  'too-dark': { text: 'It is too dark here', hindrance: true },
  'too-bright': { text: 'It is too bright here', hindrance: true },
  'too-blurred': { text: 'Slower, the picture is blurred', hindrance: true },
  'one-face-only': { text: 'One face only, please', hindrance: true },
  'no-face': { text: 'Look into the camera', hindrance: true },
  'face-changed': { text: 'Another face: starting over', hindrance: true },
  done: { text: 'That is all' },
};

export function arrowAngle(words: Words): number | null {
  return words.toward ? SEGMENT_ANGLE[words.toward] : null;
}

const BIN_WORDS: Record<PoseBin, string> = {
  front: 'straight on',
  up: 'up',
  'up-right': 'up right',
  right: 'right',
  'down-right': 'down right',
  down: 'down',
  'down-left': 'down left',
  left: 'left',
  'up-left': 'up left',
};

export function binList(bins: readonly PoseBin[]): string {
  return bins.map((bin) => BIN_WORDS[bin]).join(', ');
}
