/** Who a track is: what its frames say, when that is enough, and when to look again. */
import type { Evidence, EvidencePolicy, FrameEvidence, Track } from './types.ts';

/** People a track remembers having been sighted as: one is normal, two is a swap. */
const MAX_SIGHTED = 8;

export interface EvidenceSighting {
  personId: string;
  similarity: number;
  /** Similarity less that of the runner-up person. */
  margin: number;
  /** Frames that agreed. */
  frames: number;
}

type Word =
  | { kind: 'person'; personId: string; similarity: number; margin: number; strong: boolean }
  /** Not enough to name anybody, but nothing against the person already recognised. */
  | { kind: 'holds' }
  | { kind: 'nobody' }
  | { kind: 'not-live' };

export function openEvidence(): Evidence {
  return {
    state: 'looking',
    personId: null,
    similarity: 0,
    margin: 0,
    candidate: null,
    agreeing: 0,
    misses: 0,
    notLive: 0,
    spent: 0,
    lastChecked: 0,
    sighted: [],
  };
}

/** The same track from the beginning, save that nobody is sighted twice. */
export function reopen(evidence: Evidence): Evidence {
  return { ...openEvidence(), lastChecked: evidence.lastChecked, sighted: evidence.sighted };
}

/**
 * Which tracks deserve an embedding now, at most `budget` of them: the longest overdue first, so that in a
 * crowd everybody has a turn. New faces are due at once, decided ones when `reverifyAfter` has passed, those
 * in doubt or in dispute sooner. A face below `minQuality` waits until it can be seen better.
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
  if (evidence.state === 'looking' || disputed(evidence)) return soon;
  if (track.doubt !== undefined && track.doubt > evidence.lastChecked) {
    return evidence.lastChecked + policy.recheckAfter;
  }
  return evidence.lastChecked + policy.reverifyAfter;
}

/** The last frame spoke against what is decided: look again before believing either. */
function disputed(evidence: Evidence): boolean {
  return evidence.state === 'recognised'
    ? evidence.misses > 0 || evidence.notLive > 0
    : evidence.agreeing > evidence.misses;
}

/**
 * Adds one frame to what is known of a track. Pure.
 *
 * A frame names the best person if it is over the threshold and ahead of the runner-up person by the margin;
 * otherwise it names nobody, however near the nearest. One strong frame suffices, or several that agree and
 * outnumber those that named nobody. A recognition holds while re-verification finds the same person; another
 * person ends it at once, nobody in a few frames. Each person is sighted once per track.
 */
export function weigh(
  evidence: Evidence,
  frame: FrameEvidence,
  policy: EvidencePolicy,
): { evidence: Evidence; sighting: EvidenceSighting | null } {
  if (frame.quality < policy.minQuality) return { evidence, sighting: null };
  const word = hear(evidence, frame, policy);
  const now: Evidence = { ...evidence, spent: evidence.spent + 1, lastChecked: frame.at };
  const next = now.state === 'recognised' ? verify(now, word, policy) : gather(now, word, policy);
  if (next.state !== 'recognised' || next.personId === null || next.sighted.includes(next.personId)) {
    return { evidence: next, sighting: null };
  }
  return {
    evidence: { ...next, sighted: [...next.sighted, next.personId].slice(-MAX_SIGHTED) },
    sighting: {
      personId: next.personId,
      similarity: next.similarity,
      margin: next.margin,
      frames: next.agreeing,
    },
  };
}

function hear(evidence: Evidence, frame: FrameEvidence, policy: EvidencePolicy): Word {
  if (policy.liveness === 'require') {
    // Written so that a missing or NaN score fails.
    if (!(frame.live !== null && frame.live >= policy.liveThreshold)) return { kind: 'not-live' };
  }
  const best = frame.matches[0];
  if (!best) return { kind: 'nobody' };
  const other = frame.matches.find((m) => m.personId !== best.personId);
  // Alone in the gallery: a stranger's similarity scatters about 0.
  const margin = best.similarity - Math.max(0, other?.similarity ?? 0);
  if (best.similarity >= policy.threshold && margin >= policy.margin) {
    const strong = best.similarity >= policy.strongThreshold;
    return { kind: 'person', personId: best.personId, similarity: best.similarity, margin, strong };
  }
  if (best.personId === evidence.personId && best.similarity >= policy.holdThreshold)
    return { kind: 'holds' };
  return { kind: 'nobody' };
}

/** A frame for a track that has a name. */
function verify(now: Evidence, word: Word, policy: EvidencePolicy): Evidence {
  switch (word.kind) {
    case 'holds':
      return { ...now, misses: 0, notLive: 0 };
    case 'person':
      if (word.personId !== now.personId) return gather({ ...reopen(now), spent: 1 }, word, policy);
      return {
        ...now,
        misses: 0,
        notLive: 0,
        agreeing: now.agreeing + 1,
        similarity: Math.max(now.similarity, word.similarity),
        margin: Math.max(now.margin, word.margin),
      };
    case 'nobody': {
      const misses = now.misses + 1;
      return misses < policy.dropFrames ? { ...now, misses } : { ...reopen(now), misses, spent: misses };
    }
    default: {
      const notLive = now.notLive + 1;
      return notLive < policy.dropFrames ? { ...now, notLive } : settle(now, 'not-live');
    }
  }
}

/** A frame for a track without a name: looking, unknown or not live. */
function gather(now: Evidence, word: Word, policy: EvidencePolicy): Evidence {
  if (word.kind === 'person') return agree(now, word, policy);
  const misses = now.misses + 1;
  const notLive = now.notLive + (word.kind === 'not-live' ? 1 : 0);
  if (now.state === 'looking') {
    if (notLive >= policy.agreeingFrames && notLive >= now.agreeing) return settle(now, 'not-live');
    const outvoted = misses >= policy.unknownFrames && misses > now.agreeing;
    if (outvoted || now.spent >= policy.maxFrames) return settle(now, 'unknown');
    return { ...now, misses, notLive };
  }
  // Decided before: one more such frame says nothing new, a live one for nobody frees it of the suspicion.
  if (now.state === 'not-live' && word.kind === 'nobody') return { ...reopen(now), misses: 1, spent: 1 };
  if (misses >= now.agreeing || now.spent >= policy.maxFrames) return settle(now, now.state);
  return { ...now, misses, notLive };
}

function agree(now: Evidence, word: Word & { kind: 'person' }, policy: EvidencePolicy): Evidence {
  const same = now.candidate === word.personId;
  const agreeing = same ? now.agreeing + 1 : 1;
  const next: Evidence = {
    ...now,
    candidate: word.personId,
    agreeing,
    similarity: same ? Math.max(now.similarity, word.similarity) : word.similarity,
    margin: same ? Math.max(now.margin, word.margin) : word.margin,
  };
  // One strong frame overrules frames that named nobody (turned heads), never frames that were not live.
  const enough = word.strong
    ? agreeing > now.notLive
    : agreeing >= policy.agreeingFrames && agreeing > now.misses;
  if (enough) {
    return { ...next, state: 'recognised', personId: word.personId, misses: 0, notLive: 0, spent: 0 };
  }
  if (next.spent >= policy.maxFrames) {
    return settle(next, next.state === 'looking' ? 'unknown' : next.state);
  }
  return next;
}

/** The verdict stands until the next look; that one starts with a clean count. */
function settle(now: Evidence, state: Evidence['state']): Evidence {
  return { ...reopen(now), state };
}
