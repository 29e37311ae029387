/** models/README.md, "Your own networks", done step by step in a copy of the checkout: two ONNX files and a manifest. */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../server/vision/pack.ts';
import { readFrame } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WEIGHTS = testModel('weights');
const DETECTOR = 'scrfd_2.5g_bnkps.onnx';
const RECOGNIZER = 'face_reidentification_retail_0095.onnx';

let base: string;
let copy: string;
let stick: string;
const manifestFile = () => path.join(copy, 'models/my-own.json');

function run(...words: string[]) {
  const env = { ...process.env, MUSTER_MODEL_CACHE: '', MUSTER_DATA_DIR: '', MUSTER_MODEL_PACK: '' };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, words, { cwd: copy, env, maxBuffer: 1 << 24 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const url = (file: string) => JSON.stringify(pathToFileURL(path.join(copy, file)).href);

const models = (...args: string[]) => run('scripts/models.mjs', ...args);

/** Loads the chosen pack like a server of the copy at its start, and returns what the pack finds in a picture. */
async function faces(pictureFile: string) {
  const script = `
    import { readFile } from 'node:fs/promises';
    import { loadConfig } from ${url('config/config.ts')};
    import { createEngine } from ${url('server/vision/engine.ts')};
    import { loadPack, verifyPack } from ${url('server/vision/pack.ts')};
    const { models } = loadConfig({});
    const pack = await loadPack(models.pack);
    await verifyPack(pack, models.cacheDir);
    const engine = await createEngine(pack, models.cacheDir);
    const frame = { data: new Uint8Array(await readFile(${JSON.stringify(pictureFile)})), width: 640, height: 480 };
    const found = await engine.detect(frame, 0.1);
    const [embedding] = await engine.embed(frame, found);
    await engine.close();
    console.log(JSON.stringify({ contract: pack.contract, faces: found.length, numbers: embedding.length }));`;
  const { code, out, err } = await run('--input-type=module', '-e', script);
  return { code, err, said: code === 0 ? (JSON.parse(out) as unknown) : null };
}

describe.skipIf(!hasTestModels)(`one’s own networks (${NEEDS_TEST_MODELS})`, () => {
  beforeAll(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'muster-own-pack-'));
    copy = path.join(base, 'checkout');
    stick = path.join(base, 'stick');
    await mkdir(path.join(copy, 'models'), { recursive: true });
    await mkdir(stick);
    for (const folder of ['scripts', 'server', 'config']) {
      await cp(path.join(ROOT, folder), path.join(copy, folder), { recursive: true });
    }
    for (const name of await readdir(path.join(ROOT, 'models'))) {
      if (name.endsWith('.json'))
        await copyFile(path.join(ROOT, 'models', name), path.join(copy, 'models', name));
    }
    await copyFile(path.join(ROOT, 'package.json'), path.join(copy, 'package.json'));
    await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    await copyFile(path.join(WEIGHTS, DETECTOR), path.join(stick, 'detector.onnx'));
    await copyFile(path.join(WEIGHTS, RECOGNIZER), path.join(stick, 'recognizer.onnx'));
  });
  afterAll(async () => {
    if (base) await rm(base, { recursive: true });
  });

  it("a manifest is all that a pack of one's own needs", async () => {
    const read = async (id: string) =>
      JSON.parse(await readFile(path.join(copy, `models/${id}.json`), 'utf8')) as Manifest;
    // 1. Copy the nearest manifest, and the part of another that describes the other file.
    const own = await read('insightface-buffalo-s');
    const { files, thresholds } = await read('openmodel');
    const source = { local: { how: 'Trained by us.' } };
    const unknown = { source, sha256: null, bytes: null, verified: false, equivalents: [] };
    own.id = 'my-own';
    own.title = 'Ours';
    own.license = { name: 'Ours', commercial: true, url: 'https://example.org/' };
    own.files = [
      { ...own.files.find((f) => f.role === 'detector')!, ...unknown, name: 'detector.onnx' },
      { ...files.find((f) => f.role === 'recognizer')!, ...unknown, name: 'recognizer.onnx' },
    ];
    own.thresholds = thresholds;
    own.thresholdsFrom = 'Assumed, not measured: those of another detector.';
    own.accuracy = [];
    await writeFile(manifestFile(), JSON.stringify(own));

    // 2. Install, choose, check.
    expect((await models('list')).out).toMatch(/^ {3}my-own +Ours +yes +not known +no +not yet/m);
    expect(await models('install', 'my-own', '--from', stick)).toMatchObject({ code: 0 });
    expect(await models('use', 'my-own')).toMatchObject({ code: 0 });
    expect((await models('list')).out).toMatch(/^\* {2}my-own +Ours +yes +not known +yes +not yet/m);
    expect(await models('verify')).toMatchObject({ code: 0 });

    // 3. The server runs it.
    const frame = await readFrame(clips.cap12.file, { width: 640, height: 480, from: 33 });
    const picture = path.join(base, 'picture.i420');
    await writeFile(picture, frame.data);
    expect(await faces(picture)).toMatchObject({
      code: 0,
      said: { contract: 'my-own@1/256', faces: 1, numbers: 256 },
    });

    // A file is held to the sum that its first install recorded.
    const installed = path.join(copy, 'models/cache/my-own/detector.onnx');
    await copyFile(path.join(WEIGHTS, 'scrfd_500m_bnkps.onnx'), installed);
    expect(await models('verify')).toMatchObject({ code: 1 });
    expect(await faces(picture)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/detector\.onnx is not the file/) as string,
    });
    await copyFile(path.join(WEIGHTS, DETECTOR), installed);

    // The error message names the place of a mistake in the manifest.
    own.files[1]!.outputs = { vector: 0 };
    own.files[0]!.input.mean = [0];
    await writeFile(manifestFile(), JSON.stringify(own));
    expect((await faces(picture)).err).toMatch(/models\/my-own\.json has 1 fault[^]*files\.0\.input\.mean/);
    own.files[0]!.input.mean = [127.5, 127.5, 127.5];
    await writeFile(manifestFile(), JSON.stringify(own));
    expect((await faces(picture)).err).toMatch(/must name this output of recognizer\.onnx: embedding/);
  }, 60_000);
});
