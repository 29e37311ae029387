/**
 * Why: what the doors of the demonstration office decided in the last days. What the frames measured is drawn by chance; what
 * is made of it, and how it is kept, is what an analyzer and the server make of real frames.
 */
import { doorOf } from '../attendance/attendance-service.ts';
import type { Core } from '../composition/core.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { DecisionKind, DecisionSummary } from '../protocol/decisions.ts';
import { type Challenge, drawChallenge } from '../recognition/challenge.ts';
import { forGallery } from '../recognition/policy.ts';
import { addToTrace, summaryOf, type TracedFrame } from '../recognition/trace.ts';
import type { EvidencePolicy, Trace } from '../recognition/types.ts';
import { MINUTE } from '../time/durations.ts';
import { Chance } from './chance.ts';

export interface DemoDecisionsOptions {
  core: Pick<Core, 'database' | 'decisionStore'>;
  devices: DeviceService;
  /** Of the model pack, for a gallery of any size. */
  policy: EvidencePolicy;
  people: number;
}

interface PassedPunch {
  sightingId: string;
  personId: string;
  deviceId: string;
  at: Date | string;
  similarity: number;
  margin: number;
  frames: number;
  live: number;
}

/** The newest punches that are explained: as many as anybody looks at. */
const EXPLAINED = 400;
/** After each of so many punches somebody passes who is not let in. */
const OTHERS_EVERY = 20;
/** One punch of so many was asked for a turn of the head, because the face had not shown depth on the way. */
const CHECKED_EVERY = 4;
/** Analyzed frames are this far apart, ms. */
const FRAME = 100;

const OTHERS = ['unknown', 'not-live', 'unknown', 'challenge-failed'] as const satisfies DecisionKind[];

export async function explainDemo({ core, devices, policy, people }: DemoDecisionsOptions): Promise<void> {
  const judged = forGallery({ ...policy, liveness: 'warn', challenge: 'auto' }, people);
  const punches = await core.database.fork().execute<PassedPunch[]>(
    `select sighting_id "sightingId", person_id "personId", device_id "deviceId", at, similarity, margin, frames, live
     from punch where source = 'sighting' order by at desc limit ?`,
    [EXPLAINED],
  );
  for (const [i, punch] of punches.entries()) {
    const device = devices.door(punch.deviceId);
    if (!device) continue;
    const door = doorOf(device);
    const at = new Date(punch.at).getTime();
    const passing = { ...punch, id: punch.sightingId, cameraId: door.id, track: i, at };
    const explained = explainPunch(punch, judged, i % CHECKED_EVERY === 0);
    await core.decisionStore.keepOf({ ...passing, why: explained }, door);
    if (i % OTHERS_EVERY !== 0) continue;
    const kind = OTHERS[(i / OTHERS_EVERY) % OTHERS.length]!;
    const { people: whose, why } = explainOther(kind, punch, judged);
    const id = `${punch.sightingId}/${kind}`;
    await core.decisionStore.keepOther(
      { ...passing, id, at: at - 7 * MINUTE, kind, people: whose, why },
      door,
    );
  }
}

/** Somebody walks up, is too far away at first, and is then compared until the frames agree. */
function explainPunch(
  { sightingId, personId, similarity, margin, frames, live }: PassedPunch,
  policy: EvidencePolicy,
  isAsked: boolean,
): DecisionSummary {
  const chance = new Chance('why', sightingId);
  const least = policy.threshold + 0.01;
  const compared = Array.from({ length: frames }, (_, i) => {
    const reached = i === frames - 1 ? similarity : chance.between(`frame ${i}`, least, similarity);
    return { similarity: reached, margin: Math.min(margin, reached), personId };
  });
  const challenge = isAsked
    ? demoChallenge(chance.of('turn') * 100, policy, { steps: 1, isMade: true })
    : null;
  // Whoever shows more than `policy.depth` is not asked, or no longer.
  const [low, high] = isAsked ? [policy.depthAfterTurn, policy.depth] : [policy.depth, 12 * policy.depth];
  const depth = chance.between('depth', low, high);
  return summaryOf(traceOf(chance, compared, live, policy), policy, {
    of: [personId],
    live,
    challenge,
    depth,
  });
}

function explainOther(
  kind: (typeof OTHERS)[number],
  { sightingId, personId, similarity, margin }: PassedPunch,
  policy: EvidencePolicy,
): { people: string[]; why: DecisionSummary } {
  const chance = new Chance(kind, sightingId);
  if (kind === 'unknown') {
    const frames = Array.from({ length: policy.unknownFrames }, (_, i) => ({
      similarity: chance.between(`frame ${i}`, 0.04, policy.threshold - 0.08),
      margin: chance.between(`margin ${i}`, 0, 0.04),
      personId,
    }));
    const trace = traceOf(chance, frames, chance.between('live', 0.9, 1), policy);
    return { people: [], why: summaryOf(trace, policy, { of: [], live: null, challenge: null }) };
  }
  const isPicture = kind === 'not-live';
  const live = isPicture ? chance.between('live', 0.02, policy.live.doubt) : chance.between('live', 0.3, 0.6);
  const frames = Array.from({ length: policy.agreeingFrames + 1 }, (_, i) => ({
    similarity: similarity - chance.between(`frame ${i}`, 0, 0.04),
    margin,
    personId,
  }));
  const { steps } = policy.challengePolicy;
  const challenge = isPicture
    ? null
    : demoChallenge(chance.of('fault') * 100, policy, { steps, isMade: false });
  const trace = traceOf(chance, frames, live, policy);
  return { people: [personId], why: summaryOf(trace, policy, { of: [personId], live, challenge }) };
}

/** Of a quick check that is over: made, or given up when the time was over. */
function demoChallenge(
  draw: number,
  policy: EvidencePolicy,
  { steps, isMade }: { steps: number; isMade: boolean },
): Challenge {
  const random = (n: number) => Math.floor(draw) % n;
  const drawn = drawChallenge(0, { random, eyes: true }, { ...policy.challengePolicy, steps });
  if (isMade) return { ...drawn, step: drawn.steps.length, state: 'completed' };
  return { ...drawn, step: 1, state: 'failed', fault: 'time' };
}

function traceOf(
  chance: Chance,
  compared: readonly { similarity: number; margin: number; personId: string }[],
  live: number,
  policy: EvidencePolicy,
): Trace {
  const far = Math.floor(chance.between('far', 2, 6));
  const frames = [...Array.from({ length: far }, () => null), ...compared];
  return frames
    .map((match, i) => tracedFrame(chance, i, match, live))
    .reduce<Trace | undefined>((trace, frame) => addToTrace(trace, frame, policy), undefined)!;
}

/** @param match null while the face is too far away to be compared */
function tracedFrame(
  chance: Chance,
  i: number,
  match: { similarity: number; margin: number; personId: string } | null,
  live: number,
): TracedFrame {
  const between = (what: string, least: number, most: number) => chance.between(`${what} ${i}`, least, most);
  return {
    at: i * FRAME,
    pose: { yaw: between('yaw', -16, 16), pitch: between('pitch', -10, 10), roll: 0 },
    measures: {
      eyeDistance: match ? between('eyes', 30, 60) : between('eyes', 9, 17),
      sharpness: between('sharpness', 90, 400),
      brightness: between('brightness', 90, 150),
      contrast: between('contrast', 35, 60),
      score: match ? between('quality', 0.5, 0.95) : between('quality', 0.15, 0.4),
    },
    matches: match && [
      { personId: match.personId, similarity: match.similarity },
      { personId: 'another', similarity: match.similarity - match.margin },
    ],
    live: match && Math.min(1, Math.max(0, live + between('look', -0.03, 0.03))),
  };
}
