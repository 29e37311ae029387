/** What an active liveness check asks for, in words and as an icon. Left and right are the person's own. */
import type { ChallengeInstruction } from '#protocol/results.ts';

export const CHALLENGE_WORDS: Record<ChallengeInstruction, { text: string; icon: string }> = {
  'look-straight': { text: 'Look at the camera', icon: 'scan-face' },
  'turn-left': { text: 'Turn your head to the left', icon: 'arrow-left' },
  'turn-right': { text: 'Turn your head to the right', icon: 'arrow-right' },
  'look-up': { text: 'Lift your chin', icon: 'arrow-up' },
  'look-down': { text: 'Lower your chin', icon: 'arrow-down' },
  'close-eyes': { text: 'Close your eyes for a second', icon: 'eye-closed' },
};
