import { describe, expect, it } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import { gateState, applyGate } from './challenge-gate.ts';
import { marked } from './challenge.test-support.ts';
import { askAgain, openEvidence, weigh } from './evidence.ts';
import { subjectOf } from './look-alike-evidence.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';
import type { Evidence, EvidencePolicy, EvidenceSighting, Track } from './types.ts';
import { applyWish } from './wish-gate.ts';

const policy = evidencePolicy(thresholds, '1e-4');

/** Similarities by person. Ann and Amy are registered as look-alikes; Cid looks like nobody. */
type Frame = Record<string, number>;
const EITHER: Frame = { ann: 0.6, amy: 0.58 };
const OTHER_FIRST: Frame = { ann: 0.57, amy: 0.6 };
const ANN: Frame = { ann: 0.62, amy: 0.5 };
const AMY: Frame = { ann: 0.5, amy: 0.62 };
const NOBODY: Frame = { ann: 0.3, amy: 0.29 };

const lookAlike = new Set(['ann', 'amy']);

function matches(frame: Frame): Match[] {
  return Object.entries(frame)
    .map(([personId, similarity]) => ({ personId, similarity }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, 3);
}

function weighAll(
  frames: readonly Frame[],
  {
    from = openEvidence(),
    registered = true,
    rules = policy,
    live = null,
  }: { from?: Evidence; registered?: boolean; rules?: EvidencePolicy; live?: number | null } = {},
) {
  let evidence = from;
  const sightings: EvidenceSighting[] = [];
  const states: string[] = [];
  for (const frame of frames) {
    const best = matches(frame);
    const step = weigh(
      evidence,
      {
        at: Math.max(1_000, evidence.lastChecked + 200),
        quality: 0.9,
        matches: best,
        lookAlikes: registered && best.slice(0, 2).every(({ personId }) => lookAlike.has(personId)),
        live,
        planar: null,
      },
      rules,
    );
    ({ evidence } = step);
    states.push(evidence.state);
    if (step.sighting) sightings.push(step.sighting);
  }
  return { evidence, sightings, states, who: sightings.map(subjectOf) };
}

const times = (n: number, frame: Frame): Frame[] => Array.from({ length: n }, () => frame);

describe('a face that is one of two look-alikes', () => {
  it.each<[name: string, frames: Frame[], who: string[]]>([
    ['is sighted as both after several frames that do not decide', times(3, EITHER), ['amy+ann']],
    ['is not sighted after fewer', times(2, EITHER), []],
    ['is one of two whichever of them is ahead', [EITHER, OTHER_FIRST, EITHER], ['amy+ann']],
    ['is sighted once, however long it stays', times(40, EITHER), ['amy+ann']],
    ['is named by frames that agree on one', times(3, ANN), ['ann']],
    ['is not named by one frame, however similar', [{ ann: 0.9, amy: 0.6 }], []],
    ['is named where most frames name one', [ANN, EITHER, ANN, EITHER, ANN], ['ann']],
    ['is not named where most frames do not', [EITHER, ANN, EITHER, ANN, EITHER], ['amy+ann']],
    ['is not sighted where one of the two is below the threshold', times(20, { ann: 0.42, amy: 0.41 }), []],
    [
      'is not sighted where somebody else is almost as similar',
      times(20, { ann: 0.6, amy: 0.59, cid: 0.56 }),
      [],
    ],
    [
      'is not sighted where somebody else is almost as similar as the second',
      times(20, { ann: 0.6, amy: 0.57, cid: 0.54 }),
      [],
    ],
    ['is not sighted where somebody else is the second', times(20, { ann: 0.6, cid: 0.58, amy: 0.5 }), []],
    ['is not sighted among frames that mostly name nobody', [EITHER, NOBODY, EITHER, NOBODY, NOBODY], []],
  ])('a face of look-alikes %s', (_, frames, who) => {
    expect(weighAll(frames).who).toEqual(who);
  });

  it('the sighting of two has the evidence for each, measured against everybody else', () => {
    const [sighting] = weighAll([EITHER, { ...OTHER_FIRST, cid: 0.3 }, { ...EITHER, cid: 0.2 }]).sightings;
    expect(sighting).toMatchObject({
      personId: 'amy',
      similarity: 0.6,
      margin: 0.58,
      frames: 3,
      live: null,
      or: { personId: 'ann', similarity: 0.6, margin: 0.6 },
    });
  });

  it('without a registered pair the same frames name nobody, as before', () => {
    expect(weighAll(times(40, EITHER), { registered: false })).toMatchObject({ who: [] });
    expect(weighAll(times(5, EITHER), { registered: false }).states.at(-1)).toBe('unknown');
    expect(weighAll([{ ann: 0.9, amy: 0.6 }], { registered: false }).who).toEqual(['ann']);
  });

  it('a face that was unknown becomes one of two when it can be seen better', () => {
    const { states } = weighAll([...times(6, NOBODY), ...times(3, EITHER)]);
    expect([states[5], states.at(-1)]).toEqual(['unknown', 'one-of-two']);
  });

  it('a face remains one of two while it looks down at the keys, and not when it matches nobody', () => {
    const { evidence } = weighAll(times(3, EITHER));
    const down = { ann: 0.39, amy: 0.38 };
    expect(weighAll(times(9, down), { from: evidence }).states.at(-1)).toBe('one-of-two');
    expect(weighAll([NOBODY, NOBODY], { from: evidence }).states).toEqual(['one-of-two', 'looking']);
  });

  it('a face that was named is not asked which of the two it is', () => {
    const { who, states } = weighAll([...times(3, ANN), ...times(9, OTHER_FIRST)]);
    expect(who).toEqual(['ann']);
    expect(states.at(-1)).toBe('one-of-two');
  });

  it('somebody else in the place of one of two is named only against what was counted', () => {
    const cid = { cid: 0.45, ann: 0.2 };
    const { evidence } = weighAll(times(3, EITHER));
    expect(weighAll(times(3, cid), { from: evidence }).who).toEqual([]);
    expect(weighAll(times(4, cid), { from: evidence }).who).toEqual(['cid']);
  });

  it('two pairs of look-alikes do not add up', () => {
    const frames = [EITHER, { ann: 0.6, cid: 0.58 }, EITHER, { ann: 0.6, cid: 0.58 }];
    lookAlike.add('cid');
    expect(weighAll(frames).who).toEqual([]);
    lookAlike.delete('cid');
  });

  it('a registered pair never lets a face be named earlier than without it', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const pool: Frame[] = [
      EITHER,
      OTHER_FIRST,
      ANN,
      AMY,
      NOBODY,
      NOBODY,
      { cid: 0.45, ann: 0.2 },
      { ann: 0.45, amy: 0.2 },
    ];
    const first = (frames: Frame[], registered: boolean) => {
      let evidence = openEvidence();
      for (const [i, frame] of frames.entries()) {
        const step = weighAll([frame], { from: evidence, registered });
        ({ evidence } = step);
        if (step.sightings.some(({ or }) => !or)) return i;
      }
      return Infinity;
    };
    let named = 0;
    for (let run = 0; run < 5_000; run += 1) {
      const frames = Array.from({ length: 14 }, () => pool[Math.floor(random() * pool.length)]!);
      const [withPair, without] = [first(frames, true), first(frames, false)];
      expect({ frames, isEarlier: withPair < without }).toEqual({ frames, isEarlier: false });
      if (withPair < Infinity) named += 1;
    }
    expect(named).toBeGreaterThan(500);
  });
});

function track(evidence: Evidence, more: Partial<Track> = {}): Track {
  return {
    id: 1,
    face: { x: 250, y: 150, width: 140, height: 180, score: 1, landmarks: marked('head') },
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: 0,
    lastSeen: 1_000,
    at: 1_000,
    hits: 9,
    evidence,
    motion: [],
    ...more,
  };
}

describe('one of two at a door that asks for more', () => {
  it('a picture of one of two look-alikes is refused as one of anybody is', () => {
    const rules = evidencePolicy(thresholds, '1e-4', 'require');
    expect(weighAll(times(9, EITHER), { rules, live: 0.05 })).toMatchObject({ who: [] });
    expect(weighAll(times(5, EITHER), { rules, live: 0.05 }).states).toContain('not-live');
    expect(weighAll(times(5, EITHER), { rules, live: 0.95 }).sightings[0]).toMatchObject({ live: 0.95 });
    const { evidence } = weighAll(times(5, EITHER), { rules, live: 0.95 });
    expect(weighAll(times(9, EITHER), { rules, live: 0.05, from: evidence }).states).toContain('not-live');
  });

  it('the question waits for the wish to be seen', () => {
    const { evidence, sightings } = weighAll(times(3, EITHER));
    const held = applyWish(track(evidence), sightings[0]!, false, policy);
    expect(held.sighting).toBeNull();
    expect(held.track.waiting).toBe('amy+ann');
    const released = applyWish(held.track, null, true, policy);
    expect(subjectOf(released.sighting!)).toBe('amy+ann');
  });

  it('the question waits for the challenge', () => {
    const rules = evidencePolicy(thresholds, '1e-4', 'off', 'always');
    const { evidence, sightings } = weighAll(times(3, EITHER), { rules });
    const pose = { yaw: 0, pitch: 0, roll: 0 };
    const frame = { at: 1_000, pose, matches: matches(EITHER), sighting: sightings[0]! };
    const held = applyGate(track(evidence), frame, rules, () => 0);
    expect(held.sighting).toBeNull();
    expect(gateState(held.track, 1_000, rules)?.state).toBe('challenge');
    const gone = applyGate(
      track(openEvidence(), { gate: held.track.gate }),
      { ...frame, sighting: null },
      rules,
      () => 0,
    );
    expect(gone.track).not.toHaveProperty('gate');
  });

  it('the question begins again where another face may have taken the place of this one', () => {
    const { evidence } = weighAll(times(3, EITHER));
    expect(askAgain(track(evidence))).toEqual(track(evidence));
    expect(askAgain(track(evidence, { doubt: evidence.lastChecked }))).toMatchObject({ evidence });
    const doubted = askAgain(track(evidence, { doubt: evidence.lastChecked + 1 }));
    expect(weighAll(times(3, EITHER), { from: doubted.evidence }).who).toEqual(['amy+ann']);
  });
});
