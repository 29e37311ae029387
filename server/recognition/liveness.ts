/**
 * Whether a face that was named is a person, from several looks at it. Pure.
 *
 * A look is one frame's passive score (`server/vision/liveness.ts`). Frames of one moment are alike, so a
 * verdict needs several looks that span some time; then the highest and the lowest are left out and the rest
 * averaged. One lucky frame never lets a picture pass, and one bad frame (a blink, a passing hand) never
 * turns a person away: each is the one that is left out.
 *
 *     p     = mean of the looks without the highest and the lowest
 *     score = logistic(logit(p) − w · planar), but not below the bound of doubt where p is above it
 *
 * `planar` (see `planar-motion.ts`) is 0 where the face moves as a head does, 1 where it moves as a plane
 * does, and counts nothing where it moved too little to tell. It only ever lowers: a recording that is played
 * on a screen moves as a head does, so parallax proves no person. And it only ever brings doubt: with unsteady
 * landmarks it errs now and then, and then another look, or an active challenge, must be able to settle it.
 *
 * Measured at 10 frames a second on eight clips of people (faceplugin's boxes): the first verdict of each of 16
 * tracks was live, and so were 97 % of all verdicts; the others were doubtful, all in one
 * clip with color noise.
 */
import type { EvidencePolicy, LiveRule, LivenessEvidence } from './types.ts';

/** Looks that are remembered; a verdict on more would answer too late to a face that was replaced. */
export const MOST_LOOKS = 7;
/** Older looks say nothing of who stands there now, ms. A recognized face is looked at every 3 s. */
const OLDEST = 30_000;

/** Scores beyond this are not taken at their word beside the motion. */
const CERTAIN = 0.98;

/**
 * `gathering`: too few looks. `doubtful`: neither a person nor a picture for certain; an active challenge may
 * settle it. `not-live`: a picture, a screen.
 */
export type LivenessVerdict = 'gathering' | 'live' | 'doubtful' | 'not-live';

export function openLiveness(refusals = 0): LivenessEvidence {
  return { looks: [], planar: null, refusals };
}

/** Adds one frame. A score that is no number counts as 0; none (null) is no look. */
export function addLook(
  liveness: LivenessEvidence,
  { at, live, planar }: { at: number; live: number | null; planar: number | null },
): LivenessEvidence {
  if (live === null) return liveness;
  const look = { at, live: Number.isFinite(live) ? Math.min(1, Math.max(0, live)) : 0 };
  // Looks of the future are those of a clock that was set back since.
  const fresh = liveness.looks.filter((l) => l.at < at && at - l.at <= OLDEST);
  return { ...liveness, looks: [...fresh, look].slice(-MOST_LOOKS), planar };
}

/** The verdict so far; `score` 0..1, null while gathering. */
export function judgeLiveness(
  liveness: LivenessEvidence,
  policy: Pick<EvidencePolicy, 'live'>,
): { verdict: LivenessVerdict; score: number | null } {
  const { looks, refusals } = liveness;
  const rule = policy.live;
  const wanted = Math.min(MOST_LOOKS, rule.looks + 2 * refusals);
  const span = looks.length === 0 ? 0 : looks.at(-1)!.at - looks[0]!.at;
  if (looks.length < wanted || (span < rule.span && looks.length < MOST_LOOKS)) {
    return { verdict: 'gathering', score: null };
  }
  const score = liveScore(liveness, rule);
  if (score >= rule.threshold) return { verdict: 'live', score };
  return { verdict: score >= rule.doubt ? 'doubtful' : 'not-live', score };
}

/** The formula above. Needs three looks. */
function liveScore({ looks, planar }: LivenessEvidence, { planarWeight, doubt }: LiveRule): number {
  const scores = looks.map((look) => look.live).sort((a, b) => a - b);
  const kept = scores.slice(1, -1);
  const p = kept.reduce((sum, live) => sum + live, 0) / kept.length;
  if (planar === null || planar === 0 || p <= doubt) return p;
  // A net that is quite certain must leave the motion a word.
  const sure = Math.min(CERTAIN, p);
  const odds = (sure / (1 - sure)) * Math.exp(-planarWeight * planar);
  return Math.max(doubt, odds / (1 + odds));
}
