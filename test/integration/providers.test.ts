/** The models run on the first configured provider that works, and the server reports this provider and no other. */
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectedPictures } from '../../server/analyzer/expected-pictures.ts';
import type { Execution, Provider } from '#protocol/execution.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { FaceDetector } from '../../server/vision/face-detector.ts';
import type { FoundFace } from '../../server/vision/face-detector.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { onFirstProvider } from '../../server/vision/providers.ts';
import { Network } from '../../server/vision/session.ts';
import { readFrame } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';
import { chromiumProgram } from '../support/chromium.ts';

const pack = await loadPack('faceplugin');
const DETECTOR = path.join(defaultModels.cacheDir, 'faceplugin', pack.detector.name);
const SCRFD = testModel('weights/scrfd_500m_bnkps.onnx');
/**
 * The folder of a Vulkan that runs on the processor: WebGPU without a graphics card. Chromium brings both parts of it,
 * the loader and the driver, and this machine needs neither; null for a Chromium that brings only one of them.
 */
const vulkan =
  [path.dirname(realpathSync(chromiumProgram)), '/usr/lib/chromium'].find((folder) =>
    ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((file) => existsSync(path.join(folder, file))),
  ) ?? null;

/** The library of the CUDA provider, which `onnxruntime-node` installs only on request. */
const CUDA = path.resolve(
  import.meta.dirname,
  '../../node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
);

async function open(providers: readonly Provider[]) {
  const engine = await createEngine(pack, defaultModels.cacheDir, { providers });
  await engine.close();
  return engine.execution;
}

describe('execution providers', () => {
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(path.join(os.tmpdir(), 'muster-providers-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });

  it('the provider is the CPU by default', async () => {
    expect(await open([])).toEqual({ provider: 'cpu', onCpu: 1, refused: [] });
    expect(await open(['cpu', 'cuda'])).toEqual({ provider: 'cpu', onCpu: 1, refused: [] });
  });

  it.skipIf(existsSync(CUDA))(
    'the provider is the next one if one does not work, with the reason of each',
    async () => {
      const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml';
      expect(await open([elsewhere, 'cuda'])).toEqual({
        provider: 'cpu',
        onCpu: 1,
        refused: [
          {
            provider: elsewhere,
            reason: `onnxruntime has no ${elsewhere} on ${process.platform} ${process.arch}`,
          },
          { provider: 'cuda', reason: expect.stringMatching(/\S.*docs\/models\.md/) as string },
        ],
      });
    },
  );

  it('opening a session leaves no profile file behind', async () => {
    await open(['webgpu', 'cuda']);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('a provider that runs no operator is not reported, even if a session opens with it', async () => {
    const file = pack.detector;
    const opened: FaceDetector[] = [];
    const closed = vi.spyOn(FaceDetector.prototype, 'close');
    // WebGPU is the example of a provider that leaves all operations to the cpu.
    const { execution } = await onFirstProvider({ providers: ['webgpu'], threads: 1 }, async (options) => {
      const detector = await FaceDetector.open(file, DETECTOR, { ...options, providers: ['cpu'] });
      await detector.warmUp([{ width: 640, height: 480, minFace: 0.1 }]);
      opened.push(detector);
      return detector;
    });
    const reason = 'it supports none of the operators of these networks';
    expect(execution).toEqual({ provider: 'cpu', onCpu: 1, refused: [{ provider: 'webgpu', reason }] });
    expect(opened).toHaveLength(2);
    expect(closed.mock.contexts).toEqual([opened[0]]);
    await opened[1]!.close();
    closed.mockRestore();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('the reported provider is the one in the profile of the first runs', async () => {
    const { input, outputs } = pack.detector;
    const network = await Network.open(DETECTOR, input.name, outputs, {
      threads: 1,
      providers: ['cpu'],
      profile: true,
    });
    const picture = new Tensor('float32', new Float32Array(3 * 240 * 320), [1, 3, 240, 320]);
    await network.run(picture);
    const counts = await network.ranOn();
    expect(counts!.operators).toBeGreaterThan(50);
    expect(counts!.onCpu).toBe(counts!.operators);
    expect(await network.ranOn()).toBeNull();
    await network.close();
  });

  it('an unreadable model file is not reported as a provider that does not work', async () => {
    await expect(
      createEngine(pack, path.join(defaultModels.cacheDir, 'nowhere'), { providers: ['cuda'] }),
    ).rejects.toThrow(/fr_detect\.onnx/);
  });

  it.skipIf(vulkan === null)(
    'the provider is WebGPU where there is a Vulkan (that of Chromium), and finds the same face',
    async () => {
      const frame = await readFrame(clips.cap12.file, { width: 640, height: 480, from: 33 });
      const here = await FaceDetector.open(pack.detector, DETECTOR, { threads: 1, providers: ['cpu'] });
      const [face] = await here.detect(frame, 0.2);
      await here.close();
      const { execution, found } = await inAnotherProcess(Buffer.from(frame.data).toString('base64'));
      expect(execution).toMatchObject({ provider: 'webgpu', refused: [] });
      expect(execution.onCpu).toBeLessThan(0.5);
      expect(found).toHaveLength(1);
      for (const side of ['x', 'y', 'width', 'height'] as const) {
        expect(Math.abs(found[0]![side] - face![side])).toBeLessThan(0.5);
      }
    },
    // Every shader is compiled for a processor: half a minute on two cores that do nothing else.
    240_000,
  );
});

const url = (file: string) => JSON.stringify(new URL(`../../server/vision/${file}`, import.meta.url));

/** The Vulkan loader is found, and reads its environment, once: when the process starts. */
async function inAnotherProcess(pixels: string): Promise<{ execution: Execution; found: FoundFace[] }> {
  const script = `
    import { text } from 'node:stream/consumers';
    import { FaceDetector } from ${url('face-detector.ts')};
    import { loadPack } from ${url('pack.ts')};
    import { onFirstProvider } from ${url('providers.ts')};
    const { detector: file } = await loadPack('faceplugin');
    const { opened, execution } = await onFirstProvider({ providers: ['webgpu'], threads: 1 }, async (options) => {
      const detector = await FaceDetector.open(file, ${JSON.stringify(DETECTOR)}, options);
      await detector.warmUp([{ width: 640, height: 480, minFace: 0.1 }]);
      return detector;
    });
    const data = Uint8Array.from(Buffer.from(await text(process.stdin), 'base64'));
    const found = await opened.detect({ data, width: 640, height: 480 }, 0.2);
    await opened.close();
    console.log(JSON.stringify({ execution, found }));`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: vulkan!,
      VK_ICD_FILENAMES: path.join(vulkan!, 'vk_swiftshader_icd.json'),
    },
  });
  run.child.stdin?.end(pixels);
  return JSON.parse((await run).stdout) as { execution: Execution; found: FoundFace[] };
}

describe.skipIf(!hasTestModels)(`a net of dynamic shape (${NEEDS_TEST_MODELS})`, () => {
  it('a network of dynamic shape is warmed up at the frame sizes of usual cameras', async () => {
    const { detector: file } = await loadPack('insightface-buffalo-s');
    const detector = await FaceDetector.open(file, SCRFD, { threads: 1, providers: ['cpu'] });
    const run = vi.spyOn(Network.prototype, 'run');
    const pictures = expectedPictures([0.08, 0.2, 0.08]);
    await detector.warmUp(pictures);
    const shapes = () => run.mock.calls.map(([input]) => input.dims.join('×'));
    const warm = shapes();
    expect(new Set(warm).size).toBe(warm.length);
    run.mockClear();
    for (const { width, height, minFace } of pictures) {
      await detector.detect({ data: new Uint8Array(width * height * 1.5), width, height }, minFace);
    }
    expect(warm).toEqual(expect.arrayContaining(shapes()));
    run.mockRestore();
    await detector.close();
  });
});
