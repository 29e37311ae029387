/** The recognizer of the default pack, made faster: it must say what it said. */
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPack, packFile, verifyPack } from '../../server/vision/pack.ts';
import { bytesField, fieldsOf, textOf, varintField } from '../../server/vision/protobuf.ts';
import { Network } from '../../server/vision/session.ts';
import { splitPrelu } from '../../server/vision/split-prelu.ts';
import { defaultModels } from '../fixtures/default-pack.ts';

const GRAPH = 7;
const NODE = 1;
const TYPE = 4;
const CPU = { threads: 1, providers: ['cpu'] };

let recognizer: { path: string; bytes: Uint8Array };
let detector: Uint8Array;
let landmarks: Uint8Array;
beforeAll(async () => {
  const pack = await loadPack('faceplugin');
  await verifyPack(pack, defaultModels.cacheDir);
  const path = packFile(pack, pack.recognizer, defaultModels.cacheDir);
  recognizer = { path, bytes: await readFile(path) };
  landmarks = await readFile(packFile(pack, pack.landmarks!, defaultModels.cacheDir));
  detector = await readFile(packFile(pack, pack.detector, defaultModels.cacheDir));
});

function node(type: string, inputs: readonly string[], output: string) {
  return bytesField(NODE, [
    ...inputs.map((name) => bytesField(1, name)),
    bytesField(2, output),
    bytesField(TYPE, type),
  ]);
}

/** How many operators of each type a network has. */
function operators(model: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  const graph = fieldsOf(model).find(({ number }) => number === GRAPH)!;
  for (const { number, content } of fieldsOf(graph.content)) {
    if (number !== NODE) continue;
    const type = textOf(fieldsOf(content).find((field) => field.number === TYPE)!);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/** Noise as a face would be prepared, −1 to 1. */
function input(seed: number): Tensor {
  const data = Float32Array.from({ length: 3 * 112 * 112 }, (_, i) =>
    Math.sin(seed + i * 12.9898 + Math.sin(i)),
  );
  return new Tensor('float32', data, [1, 3, 112, 112]);
}

async function embeddings(model: Uint8Array): Promise<Float32Array[]> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 4 });
  try {
    const found: Float32Array[] = [];
    for (const seed of [1, 2, 3]) {
      found.push((await session.run({ input: input(seed) }))['output']!.data as Float32Array);
    }
    return found;
  } finally {
    await session.release();
  }
}

describe('splitPrelu', () => {
  it('each PRelu of the recognizer is made of operators that are fast, and nothing else changes', () => {
    const [before, after] = [operators(recognizer.bytes), operators(splitPrelu(recognizer.bytes))];
    const split = before.get('PRelu')!;
    expect(split).toBe(33);
    expect(after).toEqual(
      new Map([
        ['Relu', split],
        ['Conv', before.get('Conv')! + 2 * split],
        ['Add', before.get('Add')! + split],
        ['Reshape', before.get('Reshape')!],
      ]),
    );
  });

  it('embeddings are the same', async () => {
    const [before, after] = [
      await embeddings(recognizer.bytes),
      await embeddings(splitPrelu(recognizer.bytes)),
    ];
    for (const [i, embedding] of before.entries()) {
      expect(Math.max(...embedding.map(Math.abs))).toBeGreaterThan(0.05);
      const apart = Math.max(...embedding.map((v, k) => Math.abs(v - after[i]![k]!)));
      expect(apart).toBeLessThan(1e-5);
    }
  });

  it('a network without PRelu stays as it is', () => {
    expect(splitPrelu(detector)).toBe(detector);
  });

  it('a PRelu whose slopes are computed stays as it is', () => {
    const graph = [node('Relu', ['x'], 'slope'), node('PRelu', ['x', 'slope'], 'y')];
    const model = Buffer.concat([varintField(1, 8), bytesField(GRAPH, graph)]);
    expect(splitPrelu(model)).toBe(model);
  });

  it('what is no network is refused', () => {
    expect(() => splitPrelu(Uint8Array.of(0x0a, 0x80))).toThrow(/protocol buffers/);
  });
});

describe('Network.open', () => {
  const outputs = { embedding: 'output' };

  it('a network that was made faster runs in that form', async () => {
    const network = await Network.open(recognizer.path, 'input', outputs, {
      ...CPU,
      faster: () => landmarks,
    });
    const picture = new Tensor('float32', new Float32Array(64 * 64), [1, 1, 64, 64]);
    expect((await network.run(picture))['embedding']).toHaveLength(2 * 68);
    await network.close();
  });

  it('a network that does not load once it was made faster runs as it is', async () => {
    const network = await Network.open(recognizer.path, 'input', outputs, {
      ...CPU,
      faster: () => Uint8Array.of(1, 2, 3),
    });
    expect((await network.run(input(1)))['embedding']).toHaveLength(512);
    await network.close();
  });
});
