/**
 * Which decision a frame has brought about a face, and the numbers behind it. It only looks: nothing is decided here. Pure.
 */
import type { DecisionKind, DecisionSummary } from '../protocol/decisions.ts';
import type { Challenge } from './challenge.ts';
import { isSettledByDepth } from './challenge-gate.ts';
import { depthOf } from '../vision/depth.ts';
import { livenessOf } from './evidence.ts';
import { addLook, judgeLiveness } from './liveness.ts';
import { subjectOf } from './look-alike-evidence.ts';
import { addToTrace, summaryOf, type TracedFrame } from './trace.ts';
import type { EvidencePolicy, EvidenceSighting, Track } from './types.ts';

export interface ExplainedFrame extends TracedFrame {
  /** See `FrameEvidence`. */
  planar: number | null;
  /** What the frame has released. */
  sighting: EvidenceSighting | null;
}

export interface Explained {
  /** The track with its trace, which begins anew with each decision. */
  track: Track;
  /** Null while nothing is decided. */
  why: DecisionSummary | null;
  /** A decision that comes with no sighting. */
  other: { kind: DecisionKind; people: readonly string[] } | null;
}

interface Outcome {
  kind: DecisionKind;
  people: readonly string[];
  live: number | null;
  challenge: Challenge | null;
}

/** Said once of each track: a stranger who stays is looked at again and again. */
const ONCE: ReadonlySet<DecisionKind> = new Set(['unknown', 'not-live']);

/** @param before the track as the frame found it; undefined for a new one */
export function explain(
  before: Track | undefined,
  after: Track,
  frame: ExplainedFrame,
  policy: EvidencePolicy,
): Explained {
  const isOpen = after.evidence.state === 'looking' || after.gate !== undefined;
  const outcome = outcomeOf(before, after, frame, policy);
  if (frame.matches === null && !isOpen && !outcome) return { track: after, why: null, other: null };
  const trace = addToTrace(after.trace, frame, policy);
  const told = after.explained ?? [];
  if (!outcome || (ONCE.has(outcome.kind) && told.includes(outcome.kind))) {
    return { track: { ...after, trace }, why: null, other: null };
  }
  const { kind, people, live, challenge } = outcome;
  return {
    track: {
      ...after,
      trace: undefined,
      explained: told.includes(kind) || !ONCE.has(kind) ? told : [...told, kind],
    },
    why: summaryOf(trace, policy, { of: people, live, challenge, ...shownDepth(after) }),
    other: frame.sighting ? null : { kind, people },
  };
}

/** Of a track that ended in the middle of a challenge: whoever walks away has failed it. Null for any other track. */
export function explainLeft(
  track: Track,
  policy: EvidencePolicy,
): { kind: DecisionKind; people: readonly string[]; why: DecisionSummary } | null {
  const { gate, trace } = track;
  if (gate?.challenge.state !== 'running' || !trace) return null;
  const people = peopleOf(gate.sighting);
  const { live } = gate.sighting;
  const { challenge } = gate;
  const why = summaryOf(trace, policy, { of: people, live, challenge, ...shownDepth(track) });
  return { kind: 'challenge-failed', people, why };
}

function outcomeOf(
  before: Track | undefined,
  after: Track,
  frame: ExplainedFrame,
  policy: EvidencePolicy,
): Outcome | null {
  const { sighting } = frame;
  const asked = before?.gate;
  if (sighting) {
    const waited = asked !== undefined && subjectOf(asked.sighting) === subjectOf(sighting);
    // Let in by its depth before the movement was complete.
    const passed = waited && !isSettledByDepth({ ...after, gate: asked }, policy);
    const challenge = passed ? { ...asked.challenge, state: 'completed' as const } : null;
    const kind = sighting.or ? 'one-of-two' : passed ? 'challenge-passed' : 'recognized';
    return { kind, people: peopleOf(sighting), live: sighting.live, challenge };
  }
  if (asked?.challenge.state === 'running' && after.gate?.challenge.state === 'failed') {
    const { challenge } = after.gate;
    return {
      kind: 'challenge-failed',
      people: peopleOf(asked.sighting),
      live: asked.sighting.live,
      challenge,
    };
  }
  const { state } = after.evidence;
  if (state === before?.evidence.state) return null;
  if (state === 'not-live') {
    const people = whoseFace(before);
    return { kind: 'not-live', people, live: scoreOf(before, frame, policy), challenge: null };
  }
  return state === 'unknown' ? { kind: 'unknown', people: [], live: null, challenge: null } : null;
}

/** Whom a face that is a picture seemed to be: the evidence was cleared with the verdict. */
function whoseFace(before: Track | undefined): string[] {
  if (!before) return [];
  const { personId, candidate, pair, agreeing } = before.evidence;
  if (pair && pair.frames > agreeing) return pair.people.map((one) => one.personId);
  return [personId ?? candidate ?? []].flat();
}

/** The liveness that the verdict was made of. */
function scoreOf(
  before: Track | undefined,
  { at, live, planar }: ExplainedFrame,
  policy: EvidencePolicy,
): number | null {
  if (!before) return live;
  return judgeLiveness(addLook(livenessOf(before.evidence), { at, live, planar }), policy).score ?? live;
}

function shownDepth({ depth }: Track): { depth?: number } {
  return depth ? { depth: depthOf(depth) } : {};
}

function peopleOf({ personId, or }: EvidenceSighting): string[] {
  return or ? [personId, or.personId] : [personId];
}
