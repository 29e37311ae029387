import { describe, expect, it } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import { chooseForEmbedding, openEvidence, reopen, weigh } from './evidence.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';
import type { Evidence, EvidencePolicy, EvidenceSighting, Track } from './types.ts';

const policy = evidencePolicy(thresholds, '1e-4');

/** A frame in short: the best person, the similarity, and the similarity of the runner-up. */
type Frame = [who: string, similarity: number, runnerUp?: number] | null;
const ANN: Frame = ['ann', 0.45];
const BEN: Frame = ['ben', 0.45];
const STRONG_ANN: Frame = ['ann', 0.6];
const STRONG_BEN: Frame = ['ben', 0.6];
const NOBODY: Frame = ['ann', 0.2];

function matches(frame: Frame): Match[] {
  if (!frame) return [];
  const [personId, similarity, runnerUp] = frame;
  return [
    { personId, similarity },
    ...(runnerUp === undefined ? [] : [{ personId: 'other', similarity: runnerUp }]),
  ];
}

function weighAll(
  frames: readonly Frame[],
  {
    from = openEvidence(),
    rules = policy,
    quality = 0.9,
    live = null,
  }: {
    from?: Evidence;
    rules?: EvidencePolicy;
    quality?: number;
    live?: number | null | (number | null)[];
  } = {},
) {
  let evidence = from;
  const sightings: EvidenceSighting[] = [];
  for (const [i, frame] of frames.entries()) {
    const step = weigh(
      evidence,
      {
        at: Math.max(1_000, evidence.lastChecked + 200),
        quality,
        matches: matches(frame),
        live: Array.isArray(live) ? live[i]! : live,
        planar: null,
      },
      rules,
    );
    ({ evidence } = step);
    if (step.sighting) sightings.push(step.sighting);
  }
  return { evidence, sightings, who: sightings.map((s) => s.personId) };
}

const times = (n: number, frame: Frame): Frame[] => Array.from({ length: n }, () => frame);

describe('weigh: a sighting', () => {
  it.each<[name: string, frames: Frame[], who: string[]]>([
    ['follows one strong frame', [STRONG_ANN], ['ann']],
    ['follows several frames that agree', times(3, ANN), ['ann']],
    ['does not follow fewer frames', times(2, ANN), []],
    ['does not follow the nearest person below the threshold', times(50, ['ann', 0.411]), []],
    ['follows frames exactly at the threshold', times(3, ['ann', 0.412]), ['ann']],
    ['does not follow without a margin over the runner-up', times(50, ['ann', 0.6, 0.56]), []],
    ['follows with the margin', [['ann', 0.6, 0.54]], ['ann']],
    ['does not follow from an empty gallery', times(50, null), []],
    [
      'does not follow frames that name two people in turn',
      times(12, ANN).map((w, i) => (i % 2 ? BEN : w)),
      [],
    ],
    ['follows despite a few turned heads', [ANN, NOBODY, ANN, ANN], ['ann']],
    ['does not follow when more frames name nobody', [NOBODY, ANN, NOBODY, ANN, NOBODY, ANN], []],
    ['is made once per track and person, however long the track is', times(500, STRONG_ANN), ['ann']],
    [
      'is made again for another person who has stepped in',
      [STRONG_ANN, STRONG_BEN, STRONG_ANN],
      ['ann', 'ben'],
    ],
  ])('a sighting %s', (_, frames, who) => {
    expect(weighAll(frames).who).toEqual(who);
  });

  it('a sighting carries the best similarity and margin of the frames that agreed, and their number', () => {
    const { sightings } = weighAll([
      ['ben', 0.5, 0.1],
      ['ann', 0.44, 0.1],
      ['ann', 0.5, 0.2],
      ['ann', 0.42, 0.05],
    ]);
    expect(sightings).toEqual([
      {
        personId: 'ann',
        similarity: 0.5,
        margin: expect.closeTo(0.37, 9) as number,
        frames: 3,
        live: null,
      },
    ]);
  });

  it('a sighting does not gain margin from a runner-up with negative similarity', () => {
    expect(weighAll([['ann', 0.6, -0.4]]).sightings[0]!.margin).toBe(0.6);
  });

  it("a sighting takes the margin over another person, not over the same person's second match", () => {
    const twice = [
      { personId: 'ann', similarity: 0.6 },
      { personId: 'ann', similarity: 0.59 },
    ];
    const frame = { at: 1_000, quality: 1, matches: twice, live: null, planar: null };
    expect(weigh(openEvidence(), frame, policy).sighting).toMatchObject({ personId: 'ann', margin: 0.6 });
  });

  it('frames of poor quality do not lead to a sighting and change nothing else', () => {
    const { evidence, who } = weighAll(times(50, STRONG_ANN), { quality: policy.minQuality - 0.01 });
    expect(who).toEqual([]);
    expect(evidence).toEqual(openEvidence());
  });
});

const looks = (...scores: (number | null)[]) => scores;
const many = (score: number | null) => Array.from({ length: 20 }, () => score);

describe('weigh: liveness', () => {
  const require = evidencePolicy(thresholds, '1e-4', 'require');
  const warn = evidencePolicy(thresholds, '1e-4', 'warn');

  it('liveness is not judged when the policy is off', () => {
    expect(weighAll([STRONG_ANN], { live: 0 }).sightings).toMatchObject([{ live: null }]);
  });

  it.each<[name: string, frames: Frame[], live: (number | null)[], who: string[], state: string]>([
    ['a live face is recognized', times(3, STRONG_ANN), looks(0.9, 0.8, 0.9), ['ann'], 'recognized'],
    ['two looks are not enough', times(2, STRONG_ANN), looks(1, 1), [], 'looking'],
    ['a face without scores is not live', times(12, STRONG_ANN), many(null), [], 'not-live'],
    ['a face whose score is NaN is not live', times(3, STRONG_ANN), many(Number.NaN), [], 'not-live'],
    [
      'one lucky frame does not make a picture live',
      times(4, STRONG_ANN),
      looks(0.1, 1, 0.1, 0.1),
      [],
      'not-live',
    ],
    [
      'one bad frame does not lose a live face',
      times(3, STRONG_ANN),
      looks(0.9, 0, 0.9),
      ['ann'],
      'recognized',
    ],
    ['a doubtful face is looked at further', times(4, STRONG_ANN), looks(0.4, 0.4, 0.4, 0.4), [], 'looking'],
    [
      'a face is recognized when the doubt goes away',
      times(5, STRONG_ANN),
      looks(0.4, 0.4, 0.9, 0.9, 0.9),
      ['ann'],
      'recognized',
    ],
    ['a face whose doubt stays is refused', times(12, STRONG_ANN), many(0.4), [], 'not-live'],
    [
      'a recognized face that later looks like a picture is dropped',
      times(9, STRONG_ANN),
      looks(0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
      ['ann'],
      'not-live',
    ],
    [
      'a refused face that is live after all is recognized after more looks than before',
      times(8, STRONG_ANN),
      looks(0, 0, 0, 0.9, 0.9, 0.9, 0.9, 0.9),
      ['ann'],
      'recognized',
    ],
    [
      'a refused face is not recognized after as few looks',
      times(6, STRONG_ANN),
      looks(0, 0, 0, 0.9, 0.9, 0.9),
      [],
      'not-live',
    ],
    ['a stranger is not judged', times(5, NOBODY), looks(0, 0, 0, 0, 0), [], 'unknown'],
    [
      'a refused face that matches nobody is no longer suspected',
      [...times(3, STRONG_ANN), NOBODY],
      looks(0, 0, 0, 1),
      [],
      'looking',
    ],
    [
      'a picture gains nothing from the live face behind it',
      [...times(8, BEN), ...times(3, STRONG_ANN)],
      looks(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0),
      ['ben'],
      'not-live',
    ],
    [
      'a picture gains nothing from a live stranger',
      [...times(5, NOBODY), ...times(3, STRONG_ANN)],
      looks(1, 1, 1, 1, 1, 0, 0, 0),
      [],
      'not-live',
    ],
  ])('when required: %s', (_, frames, live, who, state) => {
    const heard = weighAll(frames, { rules: require, live });
    expect([heard.who, heard.evidence.state]).toEqual([who, state]);
  });

  it.each<[name: string, live: (number | null)[], sighting: object[]]>([
    ['a live face is sighted with its score', looks(0.9, 0.8, 0.9), [{ live: 0.9 }]],
    ['a picture is sighted with its score', looks(0.1, 0.1, 0.1), [{ live: 0.1 }]],
    ['a doubtful face is sighted with its score', looks(0.4, 0.4, 0.4), [{ live: 0.4 }]],
    ['no one is sighted before there are enough looks', looks(1, 1), []],
    ['a face that was not looked at is sighted without a score', looks(null), [{ live: null }]],
  ])('when only recorded: %s', (_, live, sighting) => {
    const { sightings } = weighAll(times(live.length, STRONG_ANN), { rules: warn, live });
    expect(sightings).toMatchObject(sighting);
    expect(sightings).toHaveLength(sighting.length);
  });

  it.each([
    { challenge: 'never' as const, who: [] },
    { challenge: 'doubtful' as const, who: ['ann'] },
  ])(
    'a doubtful face is left to the active challenge, if there is one ($challenge)',
    ({ challenge, who }) => {
      const rules = evidencePolicy(thresholds, '1e-4', 'require', challenge);
      expect(weighAll(times(4, STRONG_ANN), { rules, live: looks(0.4, 0.4, 0.4, 0.4) }).who).toEqual(who);
      expect(weighAll(times(4, STRONG_ANN), { rules, live: looks(0.1, 0.1, 0.1, 0.1) }).who).toEqual([]);
    },
  );

  it('a recognized face is due soon after a bad look', () => {
    const { evidence } = weighAll(times(4, STRONG_ANN), { rules: require, live: looks(0.9, 0.9, 0.9, 0.1) });
    expect(evidence.state).toBe('recognized');
    const seen = { ...track(1, evidence), lastSeen: evidence.lastChecked };
    const at = evidence.lastChecked + require.spacing;
    expect(chooseForEmbedding([{ track: seen, quality: 1 }], at, require, 1)).toEqual([seen]);
    expect(chooseForEmbedding([{ track: seen, quality: 1 }], at, warn, 1)).toEqual([]);
  });
});

describe('weigh: the state', () => {
  it.each<[name: string, frames: Frame[], state: string, personId: string | null]>([
    ['is looking at first', [ANN], 'looking', null],
    ['is looking while few frames match no one', times(4, NOBODY), 'looking', null],
    ['is unknown after enough misses', times(5, NOBODY), 'unknown', null],
    ['is unknown when frames never agree', times(12, ANN).map((w, i) => (i % 2 ? BEN : w)), 'unknown', null],
    ['stays unknown after one hit', [...times(5, NOBODY), ANN], 'unknown', null],
    [
      'stays unknown after single hits',
      [...times(5, NOBODY), ANN, NOBODY, ANN, NOBODY, ANN, NOBODY],
      'unknown',
      null,
    ],
    [
      'becomes recognized when frames of an unknown face agree',
      [...times(5, NOBODY), ...times(3, ANN)],
      'recognized',
      'ann',
    ],
    [
      'becomes recognized from unknown by one strong frame',
      [...times(5, NOBODY), STRONG_ANN],
      'recognized',
      'ann',
    ],
    ['stays recognized over one odd frame', [STRONG_ANN, NOBODY], 'recognized', 'ann'],
    [
      'stays recognized over odd frames that are apart',
      [STRONG_ANN, NOBODY, ANN, NOBODY, ANN, NOBODY],
      'recognized',
      'ann',
    ],
    ['returns to looking after two odd frames in a row', [STRONG_ANN, NOBODY, NOBODY], 'looking', null],
    [
      'becomes unknown when no person is found for a long time',
      [STRONG_ANN, ...times(5, NOBODY)],
      'unknown',
      null,
    ],
    ['stays recognized when the head turns', [STRONG_ANN, ...times(30, ['ann', 0.38])], 'recognized', 'ann'],
    [
      'stays recognized although a twin is enrolled',
      [STRONG_ANN, ...times(30, ['ann', 0.6, 0.58])],
      'recognized',
      'ann',
    ],
    ['does not become recognized by a turned head', times(30, ['ann', 0.38]), 'unknown', null],
    ['returns to looking at once for another person', [STRONG_ANN, BEN], 'looking', null],
    ['changes at once to another person who is seen well', [STRONG_ANN, STRONG_BEN], 'recognized', 'ben'],
    ['changes to another person with agreeing frames', [STRONG_ANN, ...times(3, BEN)], 'recognized', 'ben'],
  ])('the state of the evidence %s', (_, frames, state, personId) => {
    expect(weighAll(frames).evidence).toMatchObject({ state, personId });
  });

  it('the evidence has a person only when its state is recognized', () => {
    let seed = 3;
    const next = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    let evidence = openEvidence();
    for (let i = 0; i < 5_000; i++) {
      const frame: Frame = [['ann', 'ben', 'cid'][Math.floor(next() * 3)]!, next() * 0.7, next() * 0.5];
      ({ evidence } = weighAll([frame], { from: evidence }));
      expect(evidence.personId !== null).toBe(evidence.state === 'recognized');
      expect(evidence.sighted.length).toBeLessThanOrEqual(8);
      expect(evidence.state !== 'looking' || evidence.spent < policy.maxFrames).toBe(true);
    }
  });

  it('weigh does not change its evidence in place', () => {
    const from = Object.freeze({ ...openEvidence(), sighted: Object.freeze([]) as unknown as string[] });
    expect(weighAll([STRONG_ANN], { from }).who).toEqual(['ann']);
  });
});

function track(id: number, evidence: Partial<Evidence>, more: Partial<Track> = {}): Track {
  return {
    id,
    face: { x: 0, y: 0, width: 100, height: 100, score: 1, landmarks: new Float32Array(10) },
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: 10_000,
    lastSeen: 20_000,
    at: 20_000,
    hits: 10,
    evidence: { ...openEvidence(), ...evidence },
    motion: [],
    ...more,
  };
}

describe('chooseForEmbedding spends an embedding', () => {
  const at = 20_000;
  const due = (evidence: Partial<Evidence>, more?: Partial<Track>, quality = 0.9) =>
    chooseForEmbedding([{ track: track(1, evidence, more), quality }], at, policy, 4).length === 1;
  const ago = (ms: number) => ({ lastChecked: at - ms });
  const recognized: Partial<Evidence> = { state: 'recognized', personId: 'ann' };

  it.each<[name: string, evidence: Partial<Evidence>, more: Partial<Track>, yes: boolean]>([
    ['on a new face', {}, { firstSeen: at }, true],
    ['on every frame of a face that is being looked at', ago(100), {}, true],
    ['not on a frame of the same moment', ago(30), {}, false],
    ['not on a recognized face before reverifyAfter', { ...recognized, ...ago(2_900) }, {}, false],
    ['on a recognized face after reverifyAfter', { ...recognized, ...ago(3_000) }, {}, true],
    ['early on a recognized face in doubt', { ...recognized, ...ago(300) }, { doubt: at - 100 }, true],
    ['not at once on a recognized face in doubt', { ...recognized, ...ago(200) }, { doubt: at - 100 }, false],
    [
      'not early on a recognized face whose doubt is settled',
      { ...recognized, ...ago(300) },
      { doubt: at - 400 },
      false,
    ],
    [
      'at once on a recognized face that the last frame contradicted',
      { ...recognized, misses: 1, ...ago(100) },
      {},
      true,
    ],
    ['not on an unknown face before reverifyAfter', { state: 'unknown', ...ago(2_900) }, {}, false],
    ['on an unknown face after reverifyAfter', { state: 'unknown', ...ago(3_000) }, {}, true],
    [
      'at once on an unknown face that had a hit',
      { state: 'unknown', agreeing: 1, candidate: 'ann', ...ago(100) },
      {},
      true,
    ],
    [
      'on a face whose last check lies in the future because the clock was set back',
      { ...recognized, ...ago(-60_000) },
      {},
      true,
    ],
  ])('chooseForEmbedding spends its embedding %s', (_, evidence, more, yes) => {
    expect(due(evidence, more)).toBe(yes);
  });

  it('chooseForEmbedding spends no embedding on a face that cannot be seen well', () => {
    expect(due({}, {}, policy.minQuality - 0.01)).toBe(false);
  });

  it('chooseForEmbedding chooses the longest overdue faces first, within the budget', () => {
    const faces = [
      { track: track(1, { ...recognized, ...ago(3_100) }), quality: 1 },
      { track: track(2, ago(600)), quality: 1 },
      { track: track(3, ago(300)), quality: 0.5 },
      { track: track(4, ago(300)), quality: 0.8 },
      { track: track(5, { ...recognized, ...ago(1_000) }), quality: 1 },
    ];
    const chosen = (budget: number) => chooseForEmbedding(faces, at, policy, budget).map(({ id }) => id);
    expect(chosen(10)).toEqual([2, 4, 3, 1]);
    expect(chosen(2)).toEqual([2, 4]);
    expect(chosen(0)).toEqual([]);
  });

  it('chooseForEmbedding chooses every face of a crowd in turn, whether new or long known', () => {
    const crowd = Array.from({ length: 30 }, (_, i) =>
      track(i + 1, i < 15 ? { ...recognized, lastChecked: 9_000 + i } : {}),
    );
    const waits = new Map(crowd.map(({ id }) => [id, 0]));
    for (let now = 20_000; now < 40_000; now += 100) {
      const faces = crowd.map((one) => ({ track: one, quality: 0.9 }));
      const chosen = chooseForEmbedding(faces, now, policy, 3);
      expect(chosen.length).toBeLessThanOrEqual(3);
      for (const one of chosen) {
        if (now > 21_000) waits.set(one.id, Math.max(waits.get(one.id)!, now - one.evidence.lastChecked));
        const known = one.id <= 15;
        const step = weigh(
          one.evidence,
          {
            at: now,
            quality: 0.9,
            matches: matches(known ? ['ann', 0.6] : ['x', 0.1]),
            live: null,
            planar: null,
          },
          policy,
        );
        crowd[one.id - 1] = { ...one, evidence: step.evidence };
      }
    }
    // 30 faces with a budget of 30 embeddings per second: no face waits much longer than planned.
    for (const wait of waits.values()) expect(wait).toBeLessThanOrEqual(policy.reverifyAfter + 1_000);
    expect(new Set(crowd.map(({ evidence }) => evidence.state))).toEqual(new Set(['recognized', 'unknown']));
  });
});

describe('reopen', () => {
  it('reopen forgets everything except when the face was checked and who was sighted', () => {
    const { evidence } = weighAll([STRONG_ANN, ANN]);
    expect(reopen(evidence)).toEqual({
      ...openEvidence(),
      lastChecked: evidence.lastChecked,
      sighted: ['ann'],
    });
  });
});
