/** The input buffers that a detector keeps for the cameras that one vision thread serves in turn. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { FaceDetector } from '../../server/vision/face-detector.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { Network } from '../../server/vision/session.ts';
import { defaultModels } from '../fixtures/default-pack.ts';

/** MiB of one input of this detector: 3 × 240 × 320 floats. */
const INPUT = (3 * 240 * 320 * 4) / 2 ** 20;
let detector: FaceDetector;
let run: MockInstance<Network['run']>;

beforeAll(async () => {
  const pack = await loadPack('faceplugin');
  const file = path.join(defaultModels.cacheDir, 'faceplugin', pack.detector.name);
  detector = await FaceDetector.open(pack.detector, file, { threads: 1, providers: ['cpu'] });
});
beforeEach(() => {
  run = vi.spyOn(Network.prototype, 'run');
});
afterEach(() => run.mockRestore());
afterAll(async () => {
  await detector?.close();
});

/** Detects faces in one picture from each camera, all of different sizes. Returns the network's input for each picture. */
async function inTurn(cameras: number) {
  run.mockClear();
  for (let i = 0; i < cameras; i++) {
    const [width, height] = [64 + 2 * i, 48];
    await detector.detect({ data: new Uint8Array(width * height * 1.5), width, height }, 0.2);
  }
  return run.mock.calls.map(([input]) => input);
}

describe('detector inputs', () => {
  it('a detector keeps one input tensor per camera size instead of allocating one per frame', async () => {
    const first = await inTurn(32);
    const second = await inTurn(32);
    expect(new Set(first).size).toBe(32);
    for (const [i, input] of second.entries()) expect(input).toBe(first[i]);
  });

  it('a detector frees the least recently used input tensors above its limit', async () => {
    const most = Math.floor(64 / INPUT);
    const all = await inTurn(most + 8);
    const [oldest] = await inTurn(1);
    expect(oldest).not.toBe(all[0]);
    run.mockClear();
    const [width, height] = [64 + 2 * (most + 7), 48];
    await detector.detect({ data: new Uint8Array(width * height * 1.5), width, height }, 0.2);
    expect(run.mock.calls[0]![0]).toBe(all.at(-1));
  });
});
