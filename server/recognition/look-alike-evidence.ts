/**
 * What frames say that cannot tell two look-alikes apart. Pure.
 *
 * Such a frame would name either of the two if the other were not enrolled: both reach the threshold, and both are ahead of
 * everybody else by the margin. It names neither, and counts against naming one of them.
 */
import type { FaceState } from '../protocol/results.ts';
import { addLook, openLiveness } from './liveness.ts';
import type {
  Evidence,
  EvidencePolicy,
  EvidenceSighting,
  FrameEvidence,
  PairEvidence,
  PairMember,
  Subject,
} from './types.ts';

/** In the order of their ids. */
type Pair = PairEvidence['people'];

/** The pair that this frame does not decide between; null where it names somebody, or nobody. */
export function pairIn({ matches, lookAlikes }: FrameEvidence, policy: EvidencePolicy): Pair | null {
  const [first, second, third] = matches;
  if (!lookAlikes || !first || !second) return null;
  const beyond = Math.max(0, third?.similarity ?? 0);
  if (first.similarity - second.similarity >= policy.margin) return null;
  if (second.similarity < policy.threshold || second.similarity - beyond < policy.margin) return null;
  const [a, b] = [first, second]
    .map(({ personId, similarity }) => ({ personId, similarity, margin: similarity - beyond }))
    .sort((one, other) => (one.personId < other.personId ? -1 : 1));
  return [a!, b!];
}

/** The evidence with one more frame of this pair. Frames of another pair named nobody in this one. */
export function addPairFrame(now: Evidence, pair: Pair, frame: FrameEvidence): Evidence {
  const known = now.pair && isSamePair(now.pair.people, pair) ? now.pair : null;
  const liveness = known?.liveness ?? openLiveness(now.liveness.refusals);
  return {
    ...now,
    misses: known ? now.misses : now.misses + (now.pair?.frames ?? 0),
    pair: {
      people: known ? [best(known.people[0], pair[0]), best(known.people[1], pair[1])] : pair,
      frames: (known?.frames ?? 0) + 1,
      liveness: addLook(liveness, frame),
    },
  };
}

/** Whether the frames suffice to ask which of the two it is: several, and more than all that say something else. */
export function isPairEnough({ pair, misses, agreeing }: Evidence, policy: EvidencePolicy): boolean {
  return pair !== null && pair.frames >= policy.agreeingFrames && pair.frames > misses + agreeing;
}

/** The evidence with another look at a face that is one of the two. */
export function lookAtPair(now: Evidence, frame: FrameEvidence): Evidence {
  if (!now.pair) return now;
  return { ...now, pair: { ...now.pair, liveness: addLook(now.pair.liveness, frame) } };
}

/** Frames that do not name a person: they must be outnumbered before one is named. */
export function againstNaming({ misses, pair }: Evidence): number {
  return misses + (pair?.frames ?? 0);
}

/** Whether this frame is consistent with the pair, although it may not be enough to find it. */
export function holdsPair({ pair }: Evidence, { matches }: FrameEvidence, policy: EvidencePolicy): boolean {
  const best = matches[0];
  return best !== undefined && isOf(pair, best.personId) && best.similarity >= policy.holdThreshold;
}

export function isOf(pair: PairEvidence | null, personId: string): boolean {
  return pair?.people.some((one) => one.personId === personId) ?? false;
}

/** Whom the evidence has decided on; null where it has not. */
export function subjectIn({ state, personId, pair }: Evidence): Subject | null {
  if (state === 'recognized') return personId;
  return state === 'one-of-two' && pair ? keyOf(pair.people) : null;
}

export function subjectOf({ personId, or }: EvidenceSighting): Subject {
  return or ? keyOf([personId, or.personId].sort().map((id) => ({ personId: id }))) : personId;
}

/** Whether this is one of the people whom the sighting is about. */
export function isAbout({ personId, or }: EvidenceSighting, other: string): boolean {
  return personId === other || or?.personId === other;
}

/** The states in which a face waits for nothing more from the models. */
export function isDecided(state: FaceState): boolean {
  return state === 'recognized' || state === 'one-of-two';
}

function keyOf(people: readonly { personId: string }[]): Subject {
  return people.map(({ personId }) => personId).join('+');
}

function isSamePair(a: Pair, b: Pair): boolean {
  return a[0].personId === b[0].personId && a[1].personId === b[1].personId;
}

function best(a: PairMember, b: PairMember): PairMember {
  return {
    personId: a.personId,
    similarity: Math.max(a.similarity, b.similarity),
    margin: Math.max(a.margin, b.margin),
  };
}
