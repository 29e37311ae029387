/**
 * What the frames of one track measured since its last decision: plain data on the track, bounded, and of no influence on
 * what is decided. It becomes the summary that explains the decision. Pure.
 */
import type { Match } from '../protocol/analyzer.ts';
import { DECISION_FRAMES, type DecisionSummary } from '../protocol/decisions.ts';
import type { Pose, Quality } from '../protocol/face.ts';
import { hindrance } from './face-state.ts';
import type { Challenge } from './challenge.ts';
import type { EvidencePolicy, Trace, TraceSample } from './types.ts';

/** What one frame measured. */
export interface TracedFrame {
  /** Ms of the steady clock. */
  at: number;
  pose: Pose;
  measures: Quality;
  /** Most similar first; null where the face was not compared. */
  matches: readonly Match[] | null;
  live: number | null;
}

/** The most people of whom it is counted how many frames named them: two are a swap, more are a mistake. */
const MOST_NAMED = 4;

const thousandths = (value: number) => Math.round(value * 1_000) / 1_000;
const tenths = (value: number) => Math.round(value * 10) / 10;
const hundredths = (value: number) => Math.round(value * 100) / 100;

export function addToTrace(
  trace: Trace | undefined,
  { at, pose, measures, matches, live }: TracedFrame,
  policy: EvidencePolicy,
): Trace {
  const now = trace ?? emptyTrace(at);
  const [first, second] = matches ?? [];
  const margin = first ? first.similarity - Math.max(0, second?.similarity ?? 0) : null;
  const hindered = hindrance(measures, pose, policy);
  const names = first && margin !== null && first.similarity >= policy.threshold && margin >= policy.margin;
  const best =
    first && margin !== null && first.similarity > (now.best?.similarity ?? -Infinity)
      ? { similarity: first.similarity, margin, quality: measures.score }
      : now.best;
  return {
    ...now,
    until: at,
    judged: now.judged + 1,
    compared: now.compared + (matches ? 1 : 0),
    far: now.far + (hindered === 'move-closer' ? 1 : 0),
    turned: now.turned + (hindered === 'look-at-camera' ? 1 : 0),
    dark: now.dark + (hindered === 'too-dark' ? 1 : 0),
    poor: now.poor + (hindered === null && measures.score < policy.minQuality ? 1 : 0),
    best,
    named: names ? counted(now.named, first.personId) : now.named,
    ...sampled(now, {
      at,
      similarity: first?.similarity ?? null,
      margin,
      personId: first?.personId ?? null,
      quality: measures.score,
      yaw: pose.yaw,
      pitch: pose.pitch,
      live,
    }),
  };
}

/**
 * What leaves the analyzer.
 *
 * @param of the person of the decision, or the two who look alike; nobody where the face is unknown
 * @param live liveness over all frames; null where it was not judged
 * @param depth see `depthOf`; kept only where the policy lets it decide
 */
export function summaryOf(
  trace: Trace,
  policy: EvidencePolicy,
  {
    of,
    live,
    challenge,
    depth,
  }: { of: readonly string[]; live: number | null; challenge: Challenge | null; depth?: number },
): DecisionSummary {
  const agreeing = of.reduce((sum, personId) => sum + (trace.named[personId] ?? 0), 0);
  const judgesLiveness = policy.liveness !== 'off';
  return {
    span: Math.round(trace.until - trace.since),
    frames: {
      judged: trace.judged,
      compared: trace.compared,
      agreeing,
      far: trace.far,
      turned: trace.turned,
      dark: trace.dark,
      poor: trace.poor,
    },
    best: trace.best && {
      similarity: thousandths(trace.best.similarity),
      margin: thousandths(trace.best.margin),
      quality: hundredths(trace.best.quality),
    },
    live: live === null ? null : hundredths(live),
    challenge: challenge && {
      made: challenge.state === 'completed' ? challenge.steps.length : challenge.step,
      asked: challenge.steps.length,
      fault: challenge.state === 'completed' ? null : (challenge.fault ?? 'left'),
    },
    ...(policy.challenge === 'auto' &&
      depth !== undefined && { depth: { measured: tenths(depth), needed: tenths(policy.depth) } }),
    thresholds: {
      similarity: thousandths(policy.threshold),
      strong: thousandths(policy.strongThreshold),
      margin: thousandths(policy.margin),
      agreeing: policy.agreeingFrames,
      quality: hundredths(policy.minQuality),
      yaw: Math.round(policy.face.maxYaw),
      pitch: Math.round(policy.face.maxPitch),
      live: judgesLiveness ? hundredths(policy.live.threshold) : null,
      doubt: judgesLiveness ? hundredths(policy.live.doubt) : null,
    },
    samples: trace.samples.map(({ at, personId, similarity, margin, quality, yaw, pitch, live: look }) => ({
      ms: Math.round(at - trace.since),
      similarity: similarity === null ? null : thousandths(similarity),
      margin: margin === null ? null : thousandths(margin),
      same: personId === null || of.length === 0 ? null : of.includes(personId),
      quality: hundredths(quality),
      yaw: Math.round(yaw),
      pitch: Math.round(pitch),
      live: look === null ? null : hundredths(look),
    })),
  };
}

function emptyTrace(at: number): Trace {
  return {
    since: at,
    until: at,
    judged: 0,
    compared: 0,
    far: 0,
    turned: 0,
    dark: 0,
    poor: 0,
    best: null,
    named: {},
    stride: 1,
    samples: [],
  };
}

function counted(named: Trace['named'], personId: string): Trace['named'] {
  if (!(personId in named) && Object.keys(named).length >= MOST_NAMED) return named;
  return { ...named, [personId]: (named[personId] ?? 0) + 1 };
}

/** Keeps every frame at first; when there are too many, every second of them, and from then on half as many. */
function sampled({ judged, stride, samples }: Trace, sample: TraceSample): Pick<Trace, 'stride' | 'samples'> {
  if (judged % stride !== 0) return { stride, samples };
  const more = [...samples, sample];
  if (more.length <= DECISION_FRAMES) return { stride, samples: more };
  return { stride: 2 * stride, samples: more.filter((_, i) => i % 2 === 0) };
}
