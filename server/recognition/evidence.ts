/** Decides who a track is: what its frames say, when that is enough, and when to look again. */
import { addLook, judgeLiveness, openLiveness } from './liveness.ts';
import type { LivenessVerdict } from './liveness.ts';
import {
  addPairFrame,
  againstNaming,
  holdsPair,
  isOf,
  isPairEnough,
  lookAtPair,
  pairIn,
  subjectIn,
} from './look-alike-evidence.ts';
import type {
  Evidence,
  EvidencePolicy,
  EvidenceSighting,
  FrameEvidence,
  LivenessEvidence,
  PairEvidence,
  Subject,
  Track,
} from './types.ts';

/** People a track remembers having been sighted as: one is normal, two is a swap. */
const MAX_SIGHTED = 8;

/** What one frame says about who the face is. */
type Finding =
  | { kind: 'person'; personId: string; similarity: number; margin: number; strong: boolean }
  /** One of two look-alikes: see `look-alike-evidence.ts`. */
  | { kind: 'pair'; people: PairEvidence['people'] }
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
    pair: null,
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
  if (evidence.state === 'one-of-two') return evidence.misses > 0 || evidence.agreeing > 0;
  if (evidence.state !== 'recognized') {
    return Math.max(evidence.agreeing, evidence.pair?.frames ?? 0) > evidence.misses;
  }
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
 * Between registered look-alikes one frame is not enough, and frames that do not decide between them count against naming
 * one. Enough of those make the face one of two: a sighting of both, which somebody has to decide.
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
  const next = step(now, finding, frame, policy);
  const subject = subjectIn(next);
  if (subject === null || wasSighted(next, subject)) return { evidence: next, sighting: null };
  return {
    evidence: { ...next, sighted: [...next.sighted, subject].slice(-MAX_SIGHTED) },
    sighting: sightingFrom(next, policy),
  };
}

function step(now: Evidence, finding: Finding, frame: FrameEvidence, policy: EvidencePolicy): Evidence {
  if (now.state === 'recognized') return verify(now, finding, frame, policy);
  if (now.state === 'one-of-two') return verifyPair(now, finding, frame, policy);
  return gather(now, finding, frame, policy);
}

/** A face that was already sighted as one of the two is not asked which it is. */
function wasSighted({ state, sighted, pair }: Evidence, subject: Subject): boolean {
  if (sighted.includes(subject)) return true;
  return state === 'one-of-two' && sighted.some((one) => isOf(pair, one));
}

/** Whom the evidence has decided on, with the measurements as of now; null if it has not. */
export function sightingFrom(evidence: Evidence, policy: EvidencePolicy): EvidenceSighting | null {
  const { personId, similarity, margin, agreeing, pair } = evidence;
  const liveness = livenessOf(evidence);
  const live = policy.liveness === 'off' ? null : judgeLiveness(liveness, policy).score;
  if (evidence.state === 'recognized' && personId !== null) {
    return { personId, similarity, margin, frames: agreeing, live };
  }
  if (evidence.state !== 'one-of-two' || !pair) return null;
  const [first, or] = pair.people;
  return { ...first, or, frames: pair.frames, live };
}

/** The looks at the face that the evidence has decided on. */
export function livenessOf({ state, pair, liveness }: Evidence): LivenessEvidence {
  return state === 'one-of-two' && pair ? pair.liveness : liveness;
}

/** Lets the subject be sighted on this track once more. */
export function forgotten(track: Track, subject: Subject): Track {
  const sighted = track.evidence.sighted.filter((other) => other !== subject);
  return { ...track, evidence: { ...track.evidence, sighted } };
}

/**
 * The track as it must be compared now. Where another face may have taken it over, no comparison can show whether one
 * look-alike has followed the other: then the question which of the two it is begins again.
 */
export function askAgain(track: Track): Track {
  const { evidence, doubt } = track;
  const subject = subjectIn(evidence);
  if (evidence.state !== 'one-of-two' || subject === null) return track;
  if (doubt === undefined || doubt <= evidence.lastChecked) return track;
  return forgotten({ ...track, evidence: reopen(evidence) }, subject);
}

function findingOf(evidence: Evidence, frame: FrameEvidence, policy: EvidencePolicy): Finding {
  const best = frame.matches[0];
  if (!best) return { kind: 'nobody' };
  const other = frame.matches.find((m) => m.personId !== best.personId);
  // With a single person in the gallery there is no runner-up: a stranger's similarity scatters around 0.
  const margin = best.similarity - Math.max(0, other?.similarity ?? 0);
  if (best.similarity >= policy.threshold && margin >= policy.margin) {
    const strong = best.similarity >= policy.strongThreshold && !frame.lookAlikes;
    return { kind: 'person', personId: best.personId, similarity: best.similarity, margin, strong };
  }
  if (best.personId === evidence.personId && best.similarity >= policy.holdThreshold)
    return { kind: 'holds' };
  const people = pairIn(frame, policy);
  return people ? { kind: 'pair', people } : { kind: 'nobody' };
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

/** Adds a frame to a track that is one of two look-alikes. */
function verifyPair(now: Evidence, finding: Finding, frame: FrameEvidence, policy: EvidencePolicy): Evidence {
  // A dispute that does not end is none.
  const calm = now.spent < policy.maxFrames ? now : { ...now, candidate: null, agreeing: 0, spent: 0 };
  if (finding.kind === 'person' && isOf(now.pair, finding.personId)) {
    return unlessPicture(agree(calm, finding, frame, policy), policy);
  }
  const same = finding.kind === 'pair' && finding.people.every(({ personId }) => isOf(now.pair, personId));
  // Somebody else, or another pair: what was counted so far counts against them.
  if (finding.kind === 'person' || (finding.kind === 'pair' && !same)) {
    return gather({ ...calm, state: 'looking' }, finding, frame, policy);
  }
  if (finding.kind === 'pair') {
    return unlessPicture({ ...addPairFrame(calm, finding.people, frame), misses: 0 }, policy);
  }
  if (holdsPair(now, frame, policy)) return unlessPicture({ ...lookAtPair(calm, frame), misses: 0 }, policy);
  const misses = now.misses + 1;
  return misses < policy.dropFrames ? { ...calm, misses } : { ...reopen(now), misses, spent: misses };
}

/** Ends a recognition that turns out to be of a picture. */
function unlessPicture(now: Evidence, policy: EvidencePolicy): Evidence {
  return verdictOf(livenessOf(now), policy) === 'not-live' && policy.liveness === 'require'
    ? refuse(now)
    : now;
}

/** Adds a frame to a track without a name: looking, unknown or not live. */
function gather(now: Evidence, finding: Finding, frame: FrameEvidence, policy: EvidencePolicy): Evidence {
  if (finding.kind === 'person') return agree(now, finding, frame, policy);
  if (finding.kind === 'pair') return gatherPair(addPairFrame(now, finding.people, frame), policy);
  const misses = now.misses + 1;
  if (now.state === 'looking') {
    const against = againstNaming({ ...now, misses });
    const outvoted = against >= policy.unknownFrames && against > now.agreeing;
    if ((outvoted && !isPairEnough({ ...now, misses }, policy)) || now.spent >= policy.maxFrames) {
      return settle(now, 'unknown');
    }
    return { ...now, misses };
  }
  // Decided before. Another frame of that kind says nothing new; a face that matches nobody is no longer suspected.
  if (now.state === 'not-live') return { ...reopen(now), misses: 1, spent: 1 };
  const most = Math.max(now.agreeing, now.pair?.frames ?? 0);
  if (misses >= most || now.spent >= policy.maxFrames) return settle(now, now.state);
  return { ...now, misses };
}

/** Decides whether the frames of a pair suffice. */
function gatherPair(now: Evidence, policy: EvidencePolicy): Evidence {
  const isLast = now.spent >= policy.maxFrames;
  if (!isPairEnough(now, policy)) {
    if (isLast) return settle(now, now.state === 'looking' ? 'unknown' : now.state);
    // As far as naming goes, the frame named nobody: a face that was decided on starts its count over.
    const over = now.state !== 'looking' && againstNaming(now) >= now.agreeing;
    return over ? { ...now, candidate: null, agreeing: 0 } : now;
  }
  const verdict = verdictOf(now.pair!.liveness, policy);
  if (isEnough(verdict, policy)) return { ...now, state: 'one-of-two', misses: 0, spent: 0 };
  return verdict === 'not-live' || isLast ? refuse(now) : now;
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
  const enough = finding.strong || (agreeing >= policy.agreeingFrames && agreeing > againstNaming(now));
  if (!enough) {
    if (next.spent < policy.maxFrames || next.state === 'one-of-two') return next;
    return settle(next, next.state === 'looking' ? 'unknown' : next.state);
  }
  const verdict = verdictOf(next.liveness, policy);
  if (isEnough(verdict, policy)) {
    return { ...next, state: 'recognized', personId: finding.personId, misses: 0, pair: null, spent: 0 };
  }
  // A doubtful face is looked at as long as the frame limit allows.
  return verdict === 'not-live' || next.spent >= policy.maxFrames ? refuse(next) : next;
}

/** Whether a face of this verdict may be sighted; where it is doubtful, an active challenge follows. */
function isEnough(verdict: LivenessVerdict, policy: EvidencePolicy): boolean {
  const challenged = verdict === 'doubtful' && policy.challenge !== 'never';
  return verdict === 'live' || challenged || (policy.liveness === 'warn' && verdict !== 'gathering');
}

/** Whether this is a live person, as far as the policy asks for it. */
function verdictOf(liveness: LivenessEvidence, policy: EvidencePolicy): LivenessVerdict {
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
