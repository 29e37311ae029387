/**
 * Decides from several looks at a recognized face whether it is a live person. Pure.
 *
 * A look is one frame's passive score (`server/vision/liveness.ts`). Frames of one moment are alike, so a verdict needs
 * several looks that span some time. The highest and the lowest look are left out, and the rest are averaged. One lucky
 * frame therefore never lets a picture pass, and one bad frame (a blink, a passing hand) never turns a person away.
 *
 *     p     = mean of the looks without the highest and the lowest
 *     score = logistic(logit(p) − w · planar), but not below the bound of doubt if p is above it
 *
 * `planar` (see `planar-motion.ts`) is 0 if the face moves as a head does and 1 if it moves as a plane does; it is
 * ignored if the face moved too little to tell. It can only lower the score: a recording on a screen moves as a head
 * does, so parallax does not prove a person. And it can only cause doubt, not a refusal: unsteady landmarks make it err
 * now and then, and then another look or an active challenge must be able to settle it.
 *
 * Measured at 10 frames per second on eight clips of people (faceplugin's boxes): the first verdict was `live` for all
 * 16 tracks, as were 97 % of all verdicts; the others were `doubtful`, all in one clip with color noise.
 */
import type { EvidencePolicy, LiveRule, LivenessEvidence } from './types.ts';

/** Maximum number of looks remembered. With more, a verdict would react too late to a face that was replaced. */
export const MOST_LOOKS = 7;
/** Older looks say nothing about the face that is there now, ms. A recognized face is looked at every 3 s. */
const OLDEST = 30_000;

/** Scores are capped at this before they are combined with the motion. */
const CERTAIN = 0.98;

/**
 * `gathering`: too few looks so far. `doubtful`: neither surely a person nor surely a picture; an active challenge
 * may settle it. `not-live`: a picture or a screen.
 */
export type LivenessVerdict = 'gathering' | 'live' | 'doubtful' | 'not-live';

export function openLiveness(refusals = 0): LivenessEvidence {
  return { looks: [], planar: null, refusals };
}

/** Adds one frame. A score of NaN counts as 0; null means the frame was not looked at. */
export function addLook(
  liveness: LivenessEvidence,
  { at, live, planar }: { at: number; live: number | null; planar: number | null },
): LivenessEvidence {
  if (live === null) return liveness;
  const look = { at, live: Number.isFinite(live) ? Math.min(1, Math.max(0, live)) : 0 };
  // Looks with a later time than this one were made before the clock was set back.
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
  // However certain the net is, the motion must still be able to change the score.
  const sure = Math.min(CERTAIN, p);
  const odds = (sure / (1 - sure)) * Math.exp(-planarWeight * planar);
  return Math.max(doubt, odds / (1 + odds));
}
