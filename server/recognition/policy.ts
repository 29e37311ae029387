/** The numbers behind tracking and recognition, each with its reason. */
import { LIVE_SCORE } from '../protocol/face.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import { thresholdAt } from '../vision/pack.ts';
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';
import type { ChallengePolicy } from './challenge.ts';
import type { ChallengeWhen, EvidencePolicy, FacePolicy, LiveRule, TrackPolicy } from './types.ts';

export const defaultTrackPolicy: Readonly<TrackPolicy> = {
  // Faces of two people side by side hardly overlap; the same face predicted over 100 ms overlaps by 0.6 and more.
  minIou: 0.3,
  // A person who walks past in front hides a face for about a second. After longer it may well be another person.
  maxLost: 1_500,
  // A single detection is often a poster or a pattern; requiring two costs one analyzed frame of delay.
  confirmHits: 2,
  // The check-out of a person who sits in view all day is correct to within this, at 16 sightings per shift.
  maxAge: 30 * 60_000,
  // Three missed re-verifications: turned away, or too dark to tell. Better no name than a wrong one.
  forgetAfter: 10_000,
  // After two faces crossed, a name may stand unconfirmed for as long as an attentive person takes to look up.
  forgetDoubtAfter: 2_000,
};

/**
 * The default policy, extended for cameras that are analyzed less often than twice a second: a track must survive two
 * missed frames at any rate.
 * @param rate analyzed frames per second
 */
export function trackPolicy(rate: number): TrackPolicy {
  return { ...defaultTrackPolicy, maxLost: Math.max(defaultTrackPolicy.maxLost, 3_000 / rate) };
}

const defaultFacePolicy: Readonly<FacePolicy> = {
  // The eyes of the aligned crop are 35 px apart; below about half of that the crop is mostly interpolation.
  minEyeDistance: 18,
  // The pack's embeddings degrade fast in profile (CFP-FP 92.8 %): beyond this angle a miss says nothing.
  maxYaw: 35,
  // Five landmarks give pitch poorly; wider than yaw, so that a tall person at a low camera still counts.
  maxPitch: 35,
  // Black is 16 in limited-range luma; a face below this is a silhouette.
  minBrightness: 45,
};

export const defaultLiveRule: Readonly<LiveRule> = {
  // Where the nets' own class changes. Measured: attacks 0 to 0.44, people 0.9 and more, with poor cameras 0.55.
  threshold: LIVE_SCORE,
  doubt: 0.25,
  // Four pictures at 10 per second, because one picture differs little from the next.
  looks: 3,
  span: 300,
  // Nets that are quite certain (0.98 in log-odds) combined with a certain plane end just below the threshold.
  planarWeight: 4,
};

export const defaultChallengePolicy: Readonly<ChallengePolicy> = {
  // Two of four or five movements, one of them a turn: a blind guess succeeds once in 10 tries, or once in 14.
  steps: 2,
  // A person needs 2 to 3 s per step.
  timeLimit: 20_000,
  hold: [400, 1_100],
  // Visual reaction alone takes at least 200 ms, and 15° of turn come on top.
  reaction: 250,
  front: { yaw: 18, pitch: 32, stray: 6 },
  // Twice as much as standing people sway; a comfortable turn reaches 20 to 40°.
  turn: { angle: 15, shift: 0.07 },
  nod: { angle: 12, shift: 0.09 },
  back: 8,
  // Measured on our own blinks: 0.62 of the open eye at the deepest; open eyes vary down to 0.94.
  eyes: { closed: 0.72, open: 0.85 },
  parallax: 0.5,
  // People who are asked to turn their head do so at 60 to 130 degrees per second.
  speed: 220,
  noise: 10,
  gap: 700,
  samples: 2,
  flatSamples: 5,
  retryAfter: { first: 4_000, cap: 60_000 },
};

/** The prints and masks from which it was chosen reached 3.3 at most; see the depth bench for others. */
export const defaultDepth = 5;

/**
 * The evidence policy for a pack. Similarities differ from pack to pack, so every number in units of similarity is
 * derived from the pack's own thresholds.
 * @param thresholds cosine similarity at each false accept rate, from the pack's manifest
 * @param far the chosen false accept rate
 * @param liveness the liveness policy in force
 * @param challenge when a sighting has to wait for an active challenge
 * @throws OperatorError if the pack was not measured at `far`
 */
export function evidencePolicy(
  thresholds: Thresholds,
  far: FalseAcceptRate,
  liveness: LivenessPolicy = 'off',
  challenge: ChallengeWhen = 'never',
): EvidencePolicy {
  const threshold = thresholdAt(thresholds, far);
  const rarest = thresholds['1e-5'];
  // The similarity that one decade of false accept rate costs: 0.055 to 0.076 with the available packs.
  const decade = (rarest - thresholds['1e-3']) / 2;
  return {
    threshold,
    // Well past the impostor tail, at about 1e-6, and a decade beyond the chosen rate: enough on its own.
    strongThreshold: Math.min(0.95, Math.max(rarest, threshold) + decade),
    // Photographs of the same person on other days still reach this; a higher one would lose known people.
    highestThreshold: rarest + 1.75 * decade,
    decade,
    // When two people are closer than this in one frame, the frame cannot tell them apart.
    margin: 0.7 * decade,
    // Three different moments; at 10 analyzed frames per second that is a third of a second.
    agreeingFrames: 3,
    // A known person misses now and then while walking up; a majority of five good misses is no accident.
    unknownFrames: 5,
    minQuality: 0.3,
    // Long enough to cost little (one embedding per face and 3 s), short enough to notice a swap soon.
    reverifyAfter: 3_000,
    maxFrames: 12,
    liveness,
    live: defaultLiveRule,
    challenge,
    depth: defaultDepth,
    // One turn from the front to a side left 2.3 and 5.6 with a head, and up to 1.2 with masks on the same head.
    depthAfterTurn: 1.5,
    challengePolicy: defaultChallengePolicy,
    // A comparison with one person only, where a whole decade less would do: a slightly turned head keeps its name.
    holdThreshold: Math.max(0, threshold - 0.7 * decade),
    // One odd frame may be a blink or a passing hand; two are another person.
    dropFrames: 2,
    recheckAfter: 300,
    // At fewer than 20 frames per second no frame is skipped.
    spacing: 50,
    face: defaultFacePolicy,
  };
}

/** Number of people for which `threshold` is meant at its false accept rate; each tenfold costs one decade. */
const FEW_PEOPLE = 30;
/**
 * The policy for a gallery of this many people. A stranger is compared with everybody, so at a fixed threshold the
 * chance of being taken for somebody grows with the gallery. Measured on LFW photographs with 200 people enrolled,
 * margin included: one picture named 6.5 % of the strangers at the threshold for 1e-4 and 0.5 % at that for 1e-5, and
 * 99 % and 98 % of the known people. Re-verification (`holdThreshold`) compares with one person only and is unchanged.
 */
export function forGallery(policy: EvidencePolicy, people: number): EvidencePolicy {
  const rise = policy.decade * Math.max(0, Math.log10(people / FEW_PEOPLE));
  const threshold = Math.max(policy.threshold, Math.min(policy.highestThreshold, policy.threshold + rise));
  const strongThreshold = Math.min(0.95, policy.strongThreshold + threshold - policy.threshold);
  return { ...policy, threshold, strongThreshold };
}
