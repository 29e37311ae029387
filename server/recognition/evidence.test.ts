import { describe, expect, it } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import { chooseForEmbedding, openEvidence, reopen, weigh } from './evidence.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';
import type { Evidence, EvidencePolicy, EvidenceSighting, Track } from './types.ts';

const policy = evidencePolicy(thresholds, '1e-4');

/** A frame in short: who came out best, at what similarity, and the runner-up's. */
type Word = [who: string, similarity: number, runnerUp?: number] | null;
const ANN: Word = ['ann', 0.45];
const BEN: Word = ['ben', 0.45];
const STRONG_ANN: Word = ['ann', 0.6];
const STRONG_BEN: Word = ['ben', 0.6];
const NOBODY: Word = ['ann', 0.2];

function matches(word: Word): Match[] {
  if (!word) return [];
  const [personId, similarity, runnerUp] = word;
  return [
    { personId, similarity },
    ...(runnerUp === undefined ? [] : [{ personId: 'other', similarity: runnerUp }]),
  ];
}

function hear(
  words: readonly Word[],
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
  for (const [i, word] of words.entries()) {
    const step = weigh(
      evidence,
      {
        at: Math.max(1_000, evidence.lastChecked + 200),
        quality,
        matches: matches(word),
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

const times = (n: number, word: Word): Word[] => Array.from({ length: n }, () => word);

describe('a sighting', () => {
  it.each<[name: string, words: Word[], who: string[]]>([
    ['comes from one strong frame', [STRONG_ANN], ['ann']],
    ['comes from several that agree', times(3, ANN), ['ann']],
    ['does not come from fewer', times(2, ANN), []],
    ['does not come from the nearest below the threshold', times(50, ['ann', 0.411]), []],
    ['comes at the threshold', times(3, ['ann', 0.412]), ['ann']],
    ['does not come without a margin over the runner-up', times(50, ['ann', 0.6, 0.56]), []],
    ['comes with the margin', [['ann', 0.6, 0.54]], ['ann']],
    ['does not come from an empty gallery', times(50, null), []],
    [
      'does not come from frames that name two people in turn',
      times(12, ANN).map((w, i) => (i % 2 ? BEN : w)),
      [],
    ],
    ['comes through a few turned heads', [ANN, NOBODY, ANN, ANN], ['ann']],
    ['does not come where more frames name nobody', [NOBODY, ANN, NOBODY, ANN, NOBODY, ANN], []],
    ['is one for the track and person, however long', times(500, STRONG_ANN), ['ann']],
    ['is one more when somebody else has stepped in', [STRONG_ANN, STRONG_BEN, STRONG_ANN], ['ann', 'ben']],
  ])('%s', (_, words, who) => {
    expect(hear(words).who).toEqual(who);
  });

  it('carries the best similarity and margin of the frames that agreed, and their number', () => {
    const { sightings } = hear([
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

  it('has no less margin because the runner-up is very unlike', () => {
    expect(hear([['ann', 0.6, -0.4]]).sightings[0]!.margin).toBe(0.6);
  });

  it('takes the runner-up person, not the same person again', () => {
    const twice = [
      { personId: 'ann', similarity: 0.6 },
      { personId: 'ann', similarity: 0.59 },
    ];
    const frame = { at: 1_000, quality: 1, matches: twice, live: null, planar: null };
    expect(weigh(openEvidence(), frame, policy).sighting).toMatchObject({ personId: 'ann', margin: 0.6 });
  });

  it('is not made of frames of poor quality, nor is anything else', () => {
    const { evidence, who } = hear(times(50, STRONG_ANN), { quality: policy.minQuality - 0.01 });
    expect(who).toEqual([]);
    expect(evidence).toEqual(openEvidence());
  });
});

const looks = (...scores: (number | null)[]) => scores;
const many = (score: number | null) => Array.from({ length: 20 }, () => score);

describe('liveness', () => {
  const require = evidencePolicy(thresholds, '1e-4', 'require');
  const warn = evidencePolicy(thresholds, '1e-4', 'warn');

  it('is not asked where it is off', () => {
    expect(hear([STRONG_ANN], { live: 0 }).sightings).toMatchObject([{ live: null }]);
  });

  it.each<[name: string, words: Word[], live: (number | null)[], who: string[], state: string]>([
    ['passes', times(3, STRONG_ANN), looks(0.9, 0.8, 0.9), ['ann'], 'recognized'],
    ['takes more than two looks', times(2, STRONG_ANN), looks(1, 1), [], 'looking'],
    ['does not pass without a score', times(12, STRONG_ANN), many(null), [], 'not-live'],
    ['does not pass with a score that is no number', times(3, STRONG_ANN), many(Number.NaN), [], 'not-live'],
    ['does not pass by one lucky frame', times(4, STRONG_ANN), looks(0.1, 1, 0.1, 0.1), [], 'not-live'],
    ['is not lost by one bad frame', times(3, STRONG_ANN), looks(0.9, 0, 0.9), ['ann'], 'recognized'],
    ['waits while it is in doubt', times(4, STRONG_ANN), looks(0.4, 0.4, 0.4, 0.4), [], 'looking'],
    [
      'passes when the doubt goes',
      times(5, STRONG_ANN),
      looks(0.4, 0.4, 0.9, 0.9, 0.9),
      ['ann'],
      'recognized',
    ],
    ['is refused when the doubt stays', times(12, STRONG_ANN), many(0.4), [], 'not-live'],
    [
      'is found out later',
      times(9, STRONG_ANN),
      looks(0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
      ['ann'],
      'not-live',
    ],
    [
      'comes back when the face is live after all, after more looks than before',
      times(8, STRONG_ANN),
      looks(0, 0, 0, 0.9, 0.9, 0.9, 0.9, 0.9),
      ['ann'],
      'recognized',
    ],
    ['does not come back after as few', times(6, STRONG_ANN), looks(0, 0, 0, 0.9, 0.9, 0.9), [], 'not-live'],
    ['is not asked of a stranger', times(5, NOBODY), looks(0, 0, 0, 0, 0), [], 'unknown'],
    ['frees who turns out to be nobody', [...times(3, STRONG_ANN), NOBODY], looks(0, 0, 0, 1), [], 'looking'],
    [
      'lends a picture nothing of the live face that is behind it',
      [...times(8, BEN), ...times(3, STRONG_ANN)],
      looks(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0),
      ['ben'],
      'not-live',
    ],
    [
      'nor of a live stranger',
      [...times(5, NOBODY), ...times(3, STRONG_ANN)],
      looks(1, 1, 1, 1, 1, 0, 0, 0),
      [],
      'not-live',
    ],
  ])('where it is required: %s', (_, words, live, who, state) => {
    const heard = hear(words, { rules: require, live });
    expect([heard.who, heard.evidence.state]).toEqual([who, state]);
  });

  it.each<[name: string, live: (number | null)[], sighting: object[]]>([
    ['a person', looks(0.9, 0.8, 0.9), [{ live: 0.9 }]],
    ['a picture passes, and is told of', looks(0.1, 0.1, 0.1), [{ live: 0.1 }]],
    ['a doubtful face too', looks(0.4, 0.4, 0.4), [{ live: 0.4 }]],
    ['nobody is told before there are looks enough', looks(1, 1), []],
    ['nothing is said where nobody looked', looks(null), [{ live: null }]],
  ])('where it is only recorded: %s', (_, live, sighting) => {
    const { sightings } = hear(times(live.length, STRONG_ANN), { rules: warn, live });
    expect(sightings).toMatchObject(sighting);
    expect(sightings).toHaveLength(sighting.length);
  });

  it.each([
    { challenge: 'never' as const, who: [] },
    { challenge: 'doubtful' as const, who: ['ann'] },
  ])(
    'leaves a doubtful face to the active challenge, where there is one ($challenge)',
    ({ challenge, who }) => {
      const rules = evidencePolicy(thresholds, '1e-4', 'require', challenge);
      expect(hear(times(4, STRONG_ANN), { rules, live: looks(0.4, 0.4, 0.4, 0.4) }).who).toEqual(who);
      expect(hear(times(4, STRONG_ANN), { rules, live: looks(0.1, 0.1, 0.1, 0.1) }).who).toEqual([]);
    },
  );

  it('has a recognized face looked at again soon once a look was bad', () => {
    const { evidence } = hear(times(4, STRONG_ANN), { rules: require, live: looks(0.9, 0.9, 0.9, 0.1) });
    expect(evidence.state).toBe('recognized');
    const seen = { ...track(1, evidence), lastSeen: evidence.lastChecked };
    const at = evidence.lastChecked + require.spacing;
    expect(chooseForEmbedding([{ track: seen, quality: 1 }], at, require, 1)).toEqual([seen]);
    expect(chooseForEmbedding([{ track: seen, quality: 1 }], at, warn, 1)).toEqual([]);
  });
});

describe('the state', () => {
  it.each<[name: string, words: Word[], state: string, personId: string | null]>([
    ['is looking at first', [ANN], 'looking', null],
    ['is looking while few frames miss', times(4, NOBODY), 'looking', null],
    ['is unknown after enough', times(5, NOBODY), 'unknown', null],
    ['is unknown where frames never agree', times(12, ANN).map((w, i) => (i % 2 ? BEN : w)), 'unknown', null],
    ['stays unknown over one hit', [...times(5, NOBODY), ANN], 'unknown', null],
    [
      'stays unknown over single hits',
      [...times(5, NOBODY), ANN, NOBODY, ANN, NOBODY, ANN, NOBODY],
      'unknown',
      null,
    ],
    [
      'is recognized when an unknown is seen better',
      [...times(5, NOBODY), ...times(3, ANN)],
      'recognized',
      'ann',
    ],
    ['is recognized from unknown by a strong frame', [...times(5, NOBODY), STRONG_ANN], 'recognized', 'ann'],
    ['holds over one odd frame', [STRONG_ANN, NOBODY], 'recognized', 'ann'],
    ['holds over odd frames apart', [STRONG_ANN, NOBODY, ANN, NOBODY, ANN, NOBODY], 'recognized', 'ann'],
    ['falls with two in a row', [STRONG_ANN, NOBODY, NOBODY], 'looking', null],
    ['is unknown when nobody is found for long', [STRONG_ANN, ...times(5, NOBODY)], 'unknown', null],
    ['holds for a turned head', [STRONG_ANN, ...times(30, ['ann', 0.38])], 'recognized', 'ann'],
    ['holds beside a twin', [STRONG_ANN, ...times(30, ['ann', 0.6, 0.58])], 'recognized', 'ann'],
    ['does not begin with a turned head', times(30, ['ann', 0.38]), 'unknown', null],
    ['falls at once for another person', [STRONG_ANN, BEN], 'looking', null],
    ['changes at once for another person seen well', [STRONG_ANN, STRONG_BEN], 'recognized', 'ben'],
    ['changes with agreeing frames', [STRONG_ANN, ...times(3, BEN)], 'recognized', 'ben'],
  ])('%s', (_, words, state, personId) => {
    expect(hear(words).evidence).toMatchObject({ state, personId });
  });

  it('never names somebody in a state other than recognized', () => {
    let seed = 3;
    const next = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    let evidence = openEvidence();
    for (let i = 0; i < 5_000; i++) {
      const word: Word = [['ann', 'ben', 'cid'][Math.floor(next() * 3)]!, next() * 0.7, next() * 0.5];
      ({ evidence } = hear([word], { from: evidence }));
      expect(evidence.personId !== null).toBe(evidence.state === 'recognized');
      expect(evidence.sighted.length).toBeLessThanOrEqual(8);
      expect(evidence.state !== 'looking' || evidence.spent < policy.maxFrames).toBe(true);
    }
  });

  it('is not touched in place', () => {
    const from = Object.freeze({ ...openEvidence(), sighted: Object.freeze([]) as unknown as string[] });
    expect(hear([STRONG_ANN], { from }).who).toEqual(['ann']);
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

describe('an embedding is spent', () => {
  const at = 20_000;
  const due = (evidence: Partial<Evidence>, more?: Partial<Track>, quality = 0.9) =>
    chooseForEmbedding([{ track: track(1, evidence, more), quality }], at, policy, 4).length === 1;
  const ago = (ms: number) => ({ lastChecked: at - ms });
  const recognized: Partial<Evidence> = { state: 'recognized', personId: 'ann' };

  it.each<[name: string, evidence: Partial<Evidence>, more: Partial<Track>, yes: boolean]>([
    ['on a new face', {}, { firstSeen: at }, true],
    ['on every frame of one that is looked at', ago(100), {}, true],
    ['not on frames that are the same picture', ago(30), {}, false],
    ['not on a recognized face', { ...recognized, ...ago(2_900) }, {}, false],
    ['on a recognized face after reverifyAfter', { ...recognized, ...ago(3_000) }, {}, true],
    ['soon on a recognized face in doubt', { ...recognized, ...ago(300) }, { doubt: at - 100 }, true],
    ['not at once on it', { ...recognized, ...ago(200) }, { doubt: at - 100 }, false],
    ['not where the doubt is settled', { ...recognized, ...ago(300) }, { doubt: at - 400 }, false],
    ['at once where the last frame disagreed', { ...recognized, misses: 1, ...ago(100) }, {}, true],
    ['not on an unknown face', { state: 'unknown', ...ago(2_900) }, {}, false],
    ['on an unknown face after reverifyAfter', { state: 'unknown', ...ago(3_000) }, {}, true],
    [
      'at once where an unknown face was a hit',
      { state: 'unknown', agreeing: 1, candidate: 'ann', ...ago(100) },
      {},
      true,
    ],
    [
      'on a face last checked in a future that a clock has taken back',
      { ...recognized, ...ago(-60_000) },
      {},
      true,
    ],
  ])('%s', (_, evidence, more, yes) => {
    expect(due(evidence, more)).toBe(yes);
  });

  it('not on a face that cannot be seen well', () => {
    expect(due({}, {}, policy.minQuality - 0.01)).toBe(false);
  });

  it('on the longest overdue first, at most as many as there is budget for', () => {
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

  it('in a crowd, on everybody in turn, newcomers and long known alike', () => {
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
    // 30 faces per embedding budget of 30 a second: nobody waits much longer than planned.
    for (const wait of waits.values()) expect(wait).toBeLessThanOrEqual(policy.reverifyAfter + 1_000);
    expect(new Set(crowd.map(({ evidence }) => evidence.state))).toEqual(new Set(['recognized', 'unknown']));
  });
});

describe('reopen', () => {
  it('forgets all but when it was checked and who was sighted', () => {
    const { evidence } = hear([STRONG_ANN, ANN]);
    expect(reopen(evidence)).toEqual({
      ...openEvidence(),
      lastChecked: evidence.lastChecked,
      sighted: ['ann'],
    });
  });
});
