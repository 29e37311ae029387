/**
 * The short form of `npm run bench -- faults`: one fault of each of the quick kinds, always the same, while two known people
 * pass before two stations in real Chromium. How long anything takes is the bench's to say: here a station may take any
 * time to recognize somebody again, up to the limit of the test.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dealt, Draw } from '../bench/faults/draw.ts';
import { FAULTS } from '../bench/faults/kinds.ts';
import { judge } from '../bench/faults/ledger.ts';
import { suffer } from '../bench/faults/run.ts';
import { Scene } from '../bench/faults/scene.ts';

const SEED = 20_261_129;
const QUICK = [
  'media worker killed',
  'media worker frozen',
  'analyzer killed',
  'vision thread ended',
  'server killed',
  'database backend killed',
  'postmaster killed',
  'database read-only',
  'disk full',
  'all packets lost',
  'kept PIN delivered late and again',
];
/** No fault lasts longer, ms. */
const LONGEST = 3_000;
/** For a busy machine: pictures are late there. */
const PACE = { empty: 2_500, tolerance: 4_000, patience: Infinity };
/** Of a test, ms. */
const LIMIT = 300_000;

const draw = new Draw(SEED);
const quick = QUICK.map((name) => FAULTS.find((fault) => fault.name === name)!);

describe('faults while people pass two stations', { timeout: LIMIT }, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ log: (line) => console.log(line), ...PACE });
    await scene.recognizedAgain(Date.now());
  }, LIMIT);
  afterAll(() => scene?.close(), LIMIT);

  /** The fault after which nobody is recognized any more: whatever follows would wait as long. */
  let stuck: string | null = null;

  it.for(dealt(quick, quick.length, draw))(
    'people are recognized again after: $name',
    async (fault, { skip }) => {
      if (stuck !== null) skip(`nobody is recognized since: ${stuck}`);
      const why = (await fault.without?.(scene)) ?? null;
      if (why !== null) skip(why);
      stuck = fault.name;
      const { recovered, failure } = await suffer(scene, fault, draw, LONGEST);
      stuck = null;
      expect(failure).toBeNull();
      expect(recovered).not.toBeNull();
    },
  );

  it('nothing that a station spoke of is lost, doubled or misdated', async ({ skip }) => {
    if (stuck !== null) skip(`nobody is recognized since: ${stuck}`);
    const { told, written, lost, doubled, misdated } = judge(await scene.books());
    expect({ lost, doubled, misdated }).toEqual({ lost: [], doubled: [], misdated: [] });
    // Two of each test, at least.
    expect(told).toBeGreaterThan(quick.length);
    expect(written).toBeGreaterThan(quick.length);
  });
});
