import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { livenessInForce, loadLivenessPack, parseLivenessPack } from './liveness-pack.ts';
import type { LivenessPack } from './liveness-pack.ts';

const manifest = JSON.parse(
  await readFile(new URL('../../models/minifasnet.json', import.meta.url), 'utf8'),
) as LivenessPack;
const changed = (change: (m: LivenessPack) => void) => {
  const copy = structuredClone(manifest);
  change(copy);
  return copy;
};

describe('the manifest of the liveness models', () => {
  it('the manifest of the liveness models names two nets that look at crops of different width', async () => {
    const { files } = await loadLivenessPack();
    expect(files.map((f) => [f.crop, f.live, f.input.channels])).toEqual([
      [2.7, 1, 'bgr'],
      [4, 1, 'bgr'],
    ]);
  });

  it.each<[string, (m: LivenessPack) => void, RegExp]>([
    ['a class that does not exist', (m) => (m.files[0]!.live = 3), /files\.0\.live/],
    ['two means for three channels', (m) => (m.files[1]!.input.mean = [0, 0]), /files\.1\.input\.mean/],
    ['a crop smaller than the face', (m) => (m.files[0]!.crop = 0.5), /files\.0\.crop/],
    ['no net', (m) => (m.files = []), /files/],
  ])('is refused with %s', (_, change, complaint) => {
    expect(() => parseLivenessPack(changed(change), 'test.json')).toThrow(complaint);
  });
});

describe('livenessInForce', () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'muster-liveness-'));
  });
  afterEach(async () => rm(cache, { recursive: true }));

  it('the liveness check is off without its files, and the error says what to run if the configuration requires them', async () => {
    expect(await livenessInForce(undefined, cache)).toEqual({ policy: 'off', installed: false });
    expect(await livenessInForce('off', cache)).toEqual({ policy: 'off', installed: false });
    for (const asked of ['warn', 'require'] as const) {
      await expect(livenessInForce(asked, cache)).rejects.toThrow(
        /MUSTER_LIVENESS[^]*MiniFASNetV2\.onnx is missing[^]*npm run models -- install minifasnet/,
      );
    }
  });

  it('always throws when a file is not the one of the manifest', async () => {
    await mkdir(path.join(cache, 'minifasnet'));
    const content = Buffer.alloc(manifest.files[0]!.bytes!);
    await writeFile(path.join(cache, 'minifasnet/MiniFASNetV2.onnx'), content);
    // Alone, it is what a download leaves that broke.
    expect(await livenessInForce(undefined, cache)).toEqual({ policy: 'off', installed: false });
    await writeFile(path.join(cache, 'minifasnet/MiniFASNetV1SE.onnx'), content);
    expect(createHash('sha256').update(content).digest('hex')).not.toBe(manifest.files[0]!.sha256);
    await expect(livenessInForce(undefined, cache)).rejects.toThrow(/MiniFASNetV2\.onnx is not the file/);
    expect(await livenessInForce('off', cache)).toEqual({ policy: 'off', installed: true });
  });
});
