/** What a face has to show at each kind of door before it counts, with the reason for each number. */
import type { WishAsked } from '../protocol/devices.ts';
import type { WishPolicy } from './wish.ts';

const common = {
  // The face of somebody who is read by a camera of 45 to 60 degrees from 1.4 to 1.9 m away.
  near: 0.14,
  // Of pictures in a row, one may be a blink of the detector or a glance aside.
  share: 0.7,
} as const;

/** `everyone` asks for nothing: each face that is recognized counts. */
export const wishPolicies: Readonly<Record<WishAsked, Readonly<WishPolicy> | null>> = {
  kiosk: {
    ...common,
    growth: null,
    // People look at the display, which is beside or below the camera.
    maxYaw: 28,
    maxPitch: 32,
    // One more picture at 10 a second. A look that lasts is what liveness takes anyway; without liveness this is all.
    dwell: 80,
    // A face of this share of the largest one is at 1.6 times its distance: the next in the queue.
    behind: 0.62,
  },
  corridor: {
    ...common,
    // From 5 m to 4 m. The size of a small face that stands still wavers by up to a tenth.
    growth: 1.25,
    // Nobody turns to the camera here; beyond this angle a face says little anyway.
    maxYaw: 35,
    maxPitch: 35,
    // A glance while crossing is shorter; who walks toward the camera looks where they are going for longer.
    dwell: 400,
    behind: 0,
  },
  everyone: null,
};
