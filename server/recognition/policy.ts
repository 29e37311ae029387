/** The numbers behind tracking and recognition, each with its reason. */
import { LIVE_SCORE } from '../protocol/face.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import { thresholdAt } from '../vision/pack.ts';
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';
import type { ChallengePolicy } from './challenge.ts';
import type { ChallengeWhen, EvidencePolicy, FacePolicy, LiveRule, TrackPolicy } from './types.ts';

export const defaultTrackPolicy: Readonly<TrackPolicy> = {
  // Neighboring faces of two people hardly overlap; the same face predicted over 100 ms overlaps by 0.6 and more.
  minIou: 0.3,
  // Somebody passing in front hides a face for about a second. Longer, and it may well be another person.
  maxLost: 1_500,
  // One detection alone is often a poster or a pattern; two cost one analyzed frame of delay.
  confirmHits: 2,
  // The check-out of somebody who sits in view all day is right to within this, at 16 sightings a shift.
  maxAge: 30 * 60_000,
  // Three missed re-verifications: turned away, or too dark to tell. The name goes rather than be wrong.
  forgetAfter: 10_000,
  // After a crossing, a name may stand unproven for as long as an attentive person needs to look up.
  forgetDoubtAfter: 2_000,
};

/**
 * For cameras analyzed less often than twice a second: a track must outlive two missed frames at any rate.
 * @param rate analyzed frames a second
 */
export function trackPolicy(rate: number): TrackPolicy {
  return { ...defaultTrackPolicy, maxLost: Math.max(defaultTrackPolicy.maxLost, 3_000 / rate) };
}

export const defaultFacePolicy: Readonly<FacePolicy> = {
  // The aligned crop has its eyes 35 px apart; below about half of that it is mostly interpolation.
  minEyeDistance: 18,
  // The pack's embeddings fall off fast in profile (CFP-FP 92.8 %): beyond this, misses say nothing.
  maxYaw: 35,
  // Five landmarks give pitch poorly; wider than yaw, so that a tall person at a low camera still counts.
  maxPitch: 35,
  // Limited-range luma is 16 for black; a face below this is a silhouette.
  minBrightness: 45,
};

export const defaultLiveRule: Readonly<LiveRule> = {
  // Where the nets' own class changes; attacks measured 0 to 0.44, people 0.9 and more, unlucky cameras 0.55.
  threshold: LIVE_SCORE,
  doubt: 0.25,
  // Four pictures at 10 a second, since a picture differs little from the next one.
  looks: 3,
  span: 300,
  // Nets that are quite certain (0.98 in log-odds) and a certain plane come out just below the threshold.
  planarWeight: 4,
};

export const defaultChallengePolicy: Readonly<ChallengePolicy> = {
  // Two of four or five movements, one of them a turn: a blind guess is right once in ten tries, or fourteen.
  steps: 2,
  // A person needs 2 to 3 s a step.
  timeLimit: 20_000,
  hold: [400, 1_100],
  // Simple visual reaction alone takes 200 ms and more, and 15° of turn follow it.
  reaction: 250,
  front: { yaw: 18, pitch: 32, stray: 6 },
  // Twice what standing people wander, and a comfortable turn reaches 20 to 40°.
  turn: { angle: 15, shift: 0.07 },
  nod: { angle: 12, shift: 0.09 },
  back: 8,
  // Own blinks measured: 0.62 of the open eye at the deepest; noise of open eyes 0.94 and more.
  eyes: { closed: 0.72, open: 0.85 },
  parallax: 0.5,
  // Heads asked to turn do so at 60 to 130 degrees a second.
  speed: 220,
  noise: 10,
  gap: 700,
  samples: 2,
  flatSamples: 5,
  retryAfter: { first: 4_000, cap: 60_000 },
};

/**
 * Similarities differ from pack to pack, so all that is measured in them here is derived from the pack's own.
 * @param thresholds cosine similarity at each false accept rate, from the pack's manifest
 * @param far the rate that is chosen; throws where the pack was not measured at it
 * @param liveness what is in force
 * @param challenge when a sighting waits for an active challenge
 */
export function evidencePolicy(
  thresholds: Thresholds,
  far: FalseAcceptRate,
  liveness: LivenessPolicy = 'off',
  challenge: ChallengeWhen = 'never',
): EvidencePolicy {
  const threshold = thresholdAt(thresholds, far);
  const rarest = thresholds['1e-5'];
  // What one decade of false accept rate costs in similarity, 0.055 to 0.076 with the packs there are.
  const decade = (rarest - thresholds['1e-3']) / 2;
  return {
    threshold,
    // Well past the impostor tail, at about 1e-6, and a decade past what is asked for: alone enough.
    strongThreshold: Math.min(0.95, Math.max(rarest, threshold) + decade),
    // Photographs of the same person on other days reach this; beyond, known people would be lost instead.
    highestThreshold: rarest + 1.75 * decade,
    decade,
    // Two people this close in one frame cannot be told apart by it.
    margin: 0.7 * decade,
    // Three different moments; at 10 analyzed frames a second that is a third of a second.
    agreeingFrames: 3,
    // A known person misses now and then while walking up; five good misses in majority are no accident.
    unknownFrames: 5,
    minQuality: 0.3,
    // Long enough to cost little (one embedding per face and 3 s), short enough to catch a swap soon.
    reverifyAfter: 3_000,
    maxFrames: 12,
    liveness,
    live: defaultLiveRule,
    challenge,
    challengePolicy: defaultChallengePolicy,
    // One-to-one, where a whole decade less would do: a head turned a little must not lose its name.
    holdThreshold: Math.max(0, threshold - 0.7 * decade),
    // One odd frame may be a blink or a passing hand; two are somebody else.
    dropFrames: 2,
    recheckAfter: 300,
    // Below 20 frames a second nothing is skipped.
    spacing: 50,
    face: defaultFacePolicy,
  };
}

/** People that `threshold` at its false accept rate is meant for; each further tenfold costs a decade. */
const FEW_PEOPLE = 30;
/**
 * The policy for a gallery of so many people. A stranger is compared with everybody: at a fixed threshold the
 * chance to be taken for somebody grows with the gallery. Measured on LFW photographs with 200 people enrolled,
 * margin included: 6.5 % of strangers named by one picture at the threshold for 1e-4, 0.5 % at that for 1e-5, and
 * 99 % and 98 % of the known. Re-verification (`holdThreshold`) compares with one person only, and stays.
 */
export function forGallery(policy: EvidencePolicy, people: number): EvidencePolicy {
  const rise = policy.decade * Math.max(0, Math.log10(people / FEW_PEOPLE));
  const threshold = Math.max(policy.threshold, Math.min(policy.highestThreshold, policy.threshold + rise));
  const strongThreshold = Math.min(0.95, policy.strongThreshold + threshold - policy.threshold);
  return { ...policy, threshold, strongThreshold };
}
