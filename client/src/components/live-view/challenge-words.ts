/** What an active liveness check asks for, as a text and as an icon. Left and right are those of the person. */
import { msg } from '@lit/localize';
import type { ChallengeInstruction } from '#protocol/results.ts';

export const CHALLENGE_WORDS: Record<ChallengeInstruction, { text: () => string; icon: string }> = {
  'look-straight': { text: () => msg('Look at the camera'), icon: 'scan-face' },
  'turn-left': { text: () => msg('Turn your head to the left'), icon: 'arrow-left' },
  'turn-right': { text: () => msg('Turn your head to the right'), icon: 'arrow-right' },
  'look-up': { text: () => msg('Lift your chin'), icon: 'arrow-up' },
  'look-down': { text: () => msg('Lower your chin'), icon: 'arrow-down' },
  'close-eyes': { text: () => msg('Close your eyes for a second'), icon: 'eye-closed' },
};
