import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { OperatorError } from '../operator-error.ts';
import { detectors } from './detectors/index.ts';
import { loadPack, packIds, parsePack, ratesOf, thresholdAt, verifyPack } from './pack.ts';
import type { Manifest } from './pack.ts';

const manifest = JSON.parse(
  await readFile(new URL('../../models/faceplugin.json', import.meta.url), 'utf8'),
) as Manifest;
const changed = (change: (m: Manifest) => void) => {
  const copy = structuredClone(manifest);
  change(copy);
  return copy;
};

const sum = (text: string) => createHash('sha256').update(text).digest('hex');

const packs = await packIds();

describe('loadPack', () => {
  it.each(packs)(
    'loadPack reads the manifest of %s, whose decoder exists and gets all its outputs',
    async (id) => {
      const pack = await loadPack(id);
      expect(pack.id).toBe(id);
      expect(Object.keys(pack.detector.outputs)).toEqual(
        expect.arrayContaining([...detectors[pack.detector.decoder]!.outputs]),
      );
      expect(pack.thresholds['1e-3'] < pack.thresholds['1e-4']).toBe(true);
      expect(pack.thresholds['1e-4'] < pack.thresholds['1e-5']).toBe(true);
      // A pack we did not run names the source of its figures, and a file without a checksum says why.
      const silent = pack.verified ? [] : pack.accuracy.filter((a) => a.from === undefined);
      expect(silent).toEqual([]);
      expect(pack.verified ? 'Assumed, not measured' : pack.thresholdsFrom).toMatch(
        /equivalent build|^Assumed, not measured/,
      );
      expect(pack.files.filter((f) => f.sha256 === null && f.note === undefined)).toEqual([]);
    },
  );

  it('loadPack reads the default pack with its contract and thresholds', async () => {
    const pack = await loadPack('faceplugin');
    expect(pack.contract).toBe('faceplugin@1/512');
    expect(pack.embeddingLength).toBe(512);
    expect(pack.thresholds['1e-3']).toBeLessThan(pack.thresholds['1e-4']);
    expect(pack.thresholds['1e-4']).toBeLessThan(pack.thresholds['1e-5']);
    expect(pack.files.map((f) => f.role).sort()).toEqual(['detector', 'landmarks', 'recognizer']);
  });

  it.each(['no-such-pack', '../package', '', 'minifasnet'])(
    'loadPack names the available packs when asked for "%s"',
    async (id) => {
      await expect(loadPack(id)).rejects.toThrow(OperatorError);
      await expect(loadPack(id)).rejects.toThrow(/MUSTER_MODEL_PACK to one of: .*faceplugin/);
    },
  );
});

describe('parsePack', () => {
  it.each<[string, (m: Manifest) => void, RegExp]>([
    ['a malformed checksum', (m) => (m.files[0]!.sha256 = 'abc'), /files\.0\.sha256/],
    ['two recognizers', (m) => m.files.push(m.files[2]!), /2 files of role recognizer/],
    ['no detector', (m) => m.files.shift(), /0 files of role detector/],
    ['a mean for gray only', (m) => (m.files[0]!.input.mean = [127]), /input\.mean.*3 numbers/],
    [
      'an address that is not https',
      (m) => (m.files[0]!.source = { url: 'http://example.org/x.onnx' }),
      /files\.0\.source/,
    ],
    ['a threshold at 1e-6 below the one at 1e-5', (m) => (m.thresholds['1e-6'] = 0.4), /thresholds.*rise/],
    ['thresholds that do not rise', (m) => (m.thresholds['1e-5'] = m.thresholds['1e-4']), /thresholds.*rise/],
    ['a path as file name', (m) => (m.files[0]!.name = '../x.onnx'), /files\.0\.name/],
  ])('refuses %s', (_, change, complaint) => {
    expect(() => parsePack(changed(change), 'test.json')).toThrow(complaint);
  });

  it('lists all faults at once', () => {
    const faulty = changed((m) => {
      m.id = 'Not An Id';
      m.files[1]!.bytes = -1;
    });
    expect(() => parsePack(faulty, 'test.json')).toThrow(/2 fault/);
  });

  it('parsePack accepts a pack whose detector returns landmarks and has a dynamic input size', () => {
    const pack = parsePack(
      changed((m) => {
        m.id = 'other';
        m.files = m.files.filter((f) => f.role !== 'landmarks');
        for (const f of m.files) {
          if (f.role === 'detector')
            f.input = { ...f.input, size: { stride: 32, face: 16, longest: 1280 }, fit: 'letterbox' };
        }
      }),
      'test.json',
    );
    expect(pack.landmarks).toBeUndefined();
    expect(pack.contract).toBe('other@1/512');
  });
});

describe('verifyPack', () => {
  let folder: string | undefined;
  afterEach(async () => {
    if (folder) await rm(folder, { recursive: true });
  });

  it('verifyPack accepts the files of the manifest, and names missing, short and changed files', async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-pack-'));
    await mkdir(path.join(folder, 'faceplugin'));
    const content = Buffer.from('weights');
    const pack = parsePack(
      changed((m) => {
        for (const f of m.files) {
          f.bytes = content.length;
          f.sha256 = createHash('sha256').update(content).digest('hex');
        }
      }),
      'test.json',
    );
    const at = (name: string) => path.join(folder!, 'faceplugin', name);
    await expect(verifyPack(pack, folder)).rejects.toThrow(/fr_detect\.onnx is missing[^]*npm start/);
    for (const f of pack.files) await writeFile(at(f.name), content);
    await expect(verifyPack(pack, folder)).resolves.toBeUndefined();
    await writeFile(at('fr_detect.onnx'), 'weighty');
    await writeFile(at('fr_landmark.onnx'), 'weight');
    await expect(verifyPack(pack, folder)).rejects.toThrow(
      /fr_detect\.onnx is not the file[^]*fr_landmark\.onnx has 6 bytes/,
    );
  });

  it('verifyPack accepts an equivalent build, and a file without a checksum only as first installed', async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-pack-'));
    await mkdir(path.join(folder, 'faceplugin'));
    const pack = parsePack(
      changed((m) => {
        m.files = m.files.filter((f) => f.role !== 'landmarks');
        const [first, second] = m.files;
        Object.assign(first!, { sha256: null, bytes: null, source: { url: 'https://example.org/x.onnx' } });
        const note = 'the same network';
        second!.equivalents = [{ name: 'other.onnx', sha256: sum('other'), bytes: 5, note }];
      }),
      'test.json',
    );
    const at = (name: string) => path.join(folder!, 'faceplugin', name);
    await writeFile(at('fr_feature.onnx'), 'other');
    await writeFile(at('fr_detect.onnx'), 'first');
    await expect(verifyPack(pack, folder)).rejects.toThrow(
      /fr_detect\.onnx is not the file[^]*npm run models -- install faceplugin/,
    );
    const record = { files: { 'fr_detect.onnx': { sha256: sum('first') } } };
    await writeFile(at('installed.json'), JSON.stringify(record));
    await expect(verifyPack(pack, folder)).resolves.toBeUndefined();
    await writeFile(at('fr_detect.onnx'), 'later');
    await expect(verifyPack(pack, folder)).rejects.toThrow(/fr_detect\.onnx is not the file/);
  });
});

describe('thresholdAt', () => {
  const measured = { '1e-3': 0.335, '1e-4': 0.412, '1e-5': 0.477 };

  it('thresholdAt returns the threshold of a measured rate, and throws for a rate that was not measured', () => {
    expect(thresholdAt(measured, '1e-5')).toBe(0.477);
    expect(ratesOf(measured)).toEqual(['1e-3', '1e-4', '1e-5']);
    expect(() => thresholdAt(measured, '1e-6')).toThrow(
      /no threshold for a false accept rate of 1e-6.*MUSTER_FAR to one of: convenient \(1e-3\), balanced \(1e-4\), strict \(1e-5\)/,
    );
  });

  it('thresholdAt returns the threshold at 1e-6 of a pack that has one', () => {
    const thresholds = { ...measured, '1e-6': 0.53 };
    expect(thresholdAt(thresholds, '1e-6')).toBe(0.53);
    expect(ratesOf(thresholds).at(-1)).toBe('1e-6');
    expect(
      parsePack(
        changed((m) => (m.thresholds = thresholds)),
        'test.json',
      ).thresholds,
    ).toEqual(thresholds);
  });

  it('no available pack has a threshold at 1e-6, because too few strangers were compared', async () => {
    for (const id of await packIds()) {
      expect(ratesOf((await loadPack(id)).thresholds)).toEqual(['1e-3', '1e-4', '1e-5']);
    }
  });
});
