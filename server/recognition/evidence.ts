/** Decides who a track is: what its frames say, when that is enough, and when to look again. */
import { addLook, judgeLiveness, openLiveness } from './liveness.ts';
import type { LivenessVerdict } from './liveness.ts';
import type { Evidence, EvidencePolicy, EvidenceSighting, FrameEvidence, Track } from './types.ts';

/** People a track remembers having been sighted as: one is normal, two is a swap. */
const MAX_SIGHTED = 8;

/** What one frame says about who the face is. */
type Finding =
  | { kind: 'person'; personId: string; similarity: number; margin: number; strong: boolean }
  /** Not enough to name a person, but consistent with the person already recognized. */
  | { kind: 'holds' }
  | { kind: 'nobody' };

export function openEvidence(): Evidence {
  return {
    state: 'looking',
    personId: null,
    similarity: 0,
    margin: 0,
    candidate: null,
    agreeing: 0,
    misses: 0,
    liveness: openLiveness(),
    spent: 0,
    lastChecked: 0,
    sighted: [],
  };
}

/** Starts over, but remembers who was sighted, so that nobody is sighted twice, and how often it was a picture. */
export function reopen({ lastChecked, sighted, liveness }: Evidence): Evidence {
  return { ...openEvidence(), liveness: openLiveness(liveness.refusals), lastChecked, sighted };
}

/**
 * Chooses the tracks that deserve an embedding now, at most `budget` of them: the longest overdue first, so that
 * every face of a crowd has a turn. New faces are due at once, decided ones after `reverifyAfter`, and those in doubt
 * or in dispute sooner. A face below `minQuality` waits until it can be seen better.
 * @param tracks `quality` 0..1, see `evidenceQuality`
 */
export function chooseForEmbedding(
  tracks: readonly { track: Track; quality: number }[],
  at: number,
  policy: EvidencePolicy,
  budget: number,
): Track[] {
  return tracks
    .filter(({ quality }) => quality >= policy.minQuality)
    .map(({ track, quality }) => ({ track, quality, due: dueAt(track, policy) }))
    .filter(({ track, due }) => at >= due || at < track.evidence.lastChecked)
    .sort((a, b) => a.due - b.due || b.quality - a.quality || a.track.id - b.track.id)
    .slice(0, Math.max(0, budget))
    .map(({ track }) => track);
}

function dueAt(track: Track, policy: EvidencePolicy): number {
  const { evidence } = track;
  if (evidence.lastChecked === 0) return track.firstSeen;
  const soon = evidence.lastChecked + policy.spacing;
  if (track.gate?.challenge.state === 'running') {
    const { challenge, compared = 0 } = track.gate;
    // In the middle of a movement: it may be made by another face, so compare soon.
    const now = challenge.reached > 0 && !challenge.same;
    return Math.max(evidence.lastChecked, compared) + (now ? policy.spacing : policy.recheckAfter);
  }
  if (evidence.state === 'looking' || disputed(track, policy)) return soon;
  if (track.doubt !== undefined && track.doubt > evidence.lastChecked) {
    return evidence.lastChecked + policy.recheckAfter;
  }
  return evidence.lastChecked + policy.reverifyAfter;
}

/** Whether the last frame contradicts what was decided: then look again before believing either. */
function disputed({ evidence, cleared }: Track, policy: EvidencePolicy): boolean {
  if (evidence.state !== 'recognized') return evidence.agreeing > evidence.misses;
  const look = evidence.liveness.looks.at(-1);
  const picture = policy.liveness === 'require' && look !== undefined && look.live < policy.live.threshold;
  return evidence.misses > 0 || (picture && cleared !== evidence.personId);
}

/**
 * Adds one frame to the evidence of a track. Pure.
 *
 * A frame names the best person if the similarity reaches the threshold and is ahead of the runner-up person by the
 * margin. Otherwise it names nobody, however near the nearest person is. One strong frame is enough, or several frames
 * that agree and outnumber those that named nobody. A recognition holds while re-verification finds the same person.
 * Another person ends it at once; frames that name nobody end it after a few. Each person is sighted once per track.
 *
 * Liveness is judged only on the frames that agreed, so holding a picture in front of the face afterward adds nothing
 * to it. `require` waits for the verdict `live`, `warn` for any verdict. A doubtful verdict is enough if an active
 * challenge follows: see `challenge-gate.ts`.
 */
export function weigh(
  evidence: Evidence,
  frame: FrameEvidence,
  policy: EvidencePolicy,
): { evidence: Evidence; sighting: EvidenceSighting | null } {
  if (frame.quality < policy.minQuality) return { evidence, sighting: null };
  const finding = findingOf(evidence, frame, policy);
  const now: Evidence = { ...evidence, spent: evidence.spent + 1, lastChecked: frame.at };
  const next =
    now.state === 'recognized' ? verify(now, finding, frame, policy) : gather(now, finding, frame, policy);
  if (next.state !== 'recognized' || next.personId === null || next.sighted.includes(next.personId)) {
    return { evidence: next, sighting: null };
  }
  return {
    evidence: { ...next, sighted: [...next.sighted, next.personId].slice(-MAX_SIGHTED) },
    sighting: sightingFrom(next, policy),
  };
}

/** The person whom the evidence names, with the measurements as of now; null if it names nobody. */
export function sightingFrom(evidence: Evidence, policy: EvidencePolicy): EvidenceSighting | null {
  const { personId, similarity, margin, agreeing: frames, liveness } = evidence;
  if (evidence.state !== 'recognized' || personId === null) return null;
  const live = policy.liveness === 'off' ? null : judgeLiveness(liveness, policy).score;
  return { personId, similarity, margin, frames, live };
}

/** Lets the person be sighted on this track once more. */
export function forgotten(track: Track, personId: string): Track {
  const sighted = track.evidence.sighted.filter((other) => other !== personId);
  return { ...track, evidence: { ...track.evidence, sighted } };
}

function findingOf(evidence: Evidence, frame: FrameEvidence, policy: EvidencePolicy): Finding {
  const best = frame.matches[0];
  if (!best) return { kind: 'nobody' };
  const other = frame.matches.find((m) => m.personId !== best.personId);
  // With a single person in the gallery there is no runner-up: a stranger's similarity scatters around 0.
  const margin = best.similarity - Math.max(0, other?.similarity ?? 0);
  if (best.similarity >= policy.threshold && margin >= policy.margin) {
    const strong = best.similarity >= policy.strongThreshold;
    return { kind: 'person', personId: best.personId, similarity: best.similarity, margin, strong };
  }
  if (best.personId === evidence.personId && best.similarity >= policy.holdThreshold)
    return { kind: 'holds' };
  return { kind: 'nobody' };
}

/** Adds a frame to a track that has a name. */
function verify(now: Evidence, finding: Finding, frame: FrameEvidence, policy: EvidencePolicy): Evidence {
  switch (finding.kind) {
    case 'holds':
      return unlessPicture({ ...now, misses: 0, liveness: addLook(now.liveness, frame) }, policy);
    case 'person': {
      if (finding.personId !== now.personId)
        return gather({ ...reopen(now), spent: 1 }, finding, frame, policy);
      const next = {
        ...now,
        misses: 0,
        agreeing: now.agreeing + 1,
        similarity: Math.max(now.similarity, finding.similarity),
        margin: Math.max(now.margin, finding.margin),
        liveness: addLook(now.liveness, frame),
      };
      return unlessPicture(next, policy);
    }
    default: {
      const misses = now.misses + 1;
      return misses < policy.dropFrames ? { ...now, misses } : { ...reopen(now), misses, spent: misses };
    }
  }
}

/** Ends a recognition that turns out to be of a picture. */
function unlessPicture(now: Evidence, policy: EvidencePolicy): Evidence {
  return verdictOf(now, policy) === 'not-live' && policy.liveness === 'require' ? refuse(now) : now;
}

/** Adds a frame to a track without a name: looking, unknown or not live. */
function gather(now: Evidence, finding: Finding, frame: FrameEvidence, policy: EvidencePolicy): Evidence {
  if (finding.kind === 'person') return agree(now, finding, frame, policy);
  const misses = now.misses + 1;
  if (now.state === 'looking') {
    const outvoted = misses >= policy.unknownFrames && misses > now.agreeing;
    if (outvoted || now.spent >= policy.maxFrames) return settle(now, 'unknown');
    return { ...now, misses };
  }
  // Decided before. Another frame of that kind says nothing new; a face that matches nobody is no longer suspected.
  if (now.state === 'not-live') return { ...reopen(now), misses: 1, spent: 1 };
  if (misses >= now.agreeing || now.spent >= policy.maxFrames) return settle(now, now.state);
  return { ...now, misses };
}

function agree(
  now: Evidence,
  finding: Finding & { kind: 'person' },
  frame: FrameEvidence,
  policy: EvidencePolicy,
): Evidence {
  const same = now.candidate === finding.personId;
  const agreeing = same ? now.agreeing + 1 : 1;
  const next: Evidence = {
    ...now,
    candidate: finding.personId,
    agreeing,
    similarity: same ? Math.max(now.similarity, finding.similarity) : finding.similarity,
    margin: same ? Math.max(now.margin, finding.margin) : finding.margin,
    liveness: addLook(same ? now.liveness : openLiveness(now.liveness.refusals), frame),
  };
  // One strong frame overrules frames that named nobody (turned heads).
  const enough = finding.strong || (agreeing >= policy.agreeingFrames && agreeing > now.misses);
  if (!enough) {
    if (next.spent < policy.maxFrames) return next;
    return settle(next, next.state === 'looking' ? 'unknown' : next.state);
  }
  const verdict = verdictOf(next, policy);
  const challenged = verdict === 'doubtful' && policy.challenge !== 'never';
  const passes = verdict === 'live' || challenged || (policy.liveness === 'warn' && verdict !== 'gathering');
  if (passes) return { ...next, state: 'recognized', personId: finding.personId, misses: 0, spent: 0 };
  // A doubtful face is looked at as long as the frame limit allows.
  return verdict === 'not-live' || next.spent >= policy.maxFrames ? refuse(next) : next;
}

/** Whether this is a live person, as far as the policy asks for it. */
function verdictOf({ liveness }: Evidence, policy: EvidencePolicy): LivenessVerdict {
  if (policy.liveness === 'off') return 'live';
  // Without liveness scores there is nothing to wait for, and nothing that could prove a live person.
  if (policy.liveness === 'warn' && liveness.looks.length === 0) return 'doubtful';
  return judgeLiveness(liveness, policy).verdict;
}

function refuse(now: Evidence): Evidence {
  const settled = settle(now, 'not-live');
  return { ...settled, liveness: openLiveness(now.liveness.refusals + 1) };
}

/** Keeps the verdict until the next look, which starts with clean counts. */
function settle(now: Evidence, state: Evidence['state']): Evidence {
  return { ...reopen(now), state };
}
