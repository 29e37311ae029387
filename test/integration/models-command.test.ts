/** `npm run models`: packs come over a network that fails, from folders and archives, and only as reviewed. */
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const SCRIPTS = path.resolve(import.meta.dirname, '../../scripts');

interface PackManifest {
  id: string;
  license: { name: string; commercial: boolean | null; url: string; note?: string };
  files: {
    name: string;
    source: object;
    sha256: string | null;
    bytes: number | null;
    equivalents?: { name: string; sha256: string; bytes: number; note: string }[];
  }[];
}

/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
const { installPack } = (await import(
  /* @vite-ignore */ pathToFileURL(path.join(SCRIPTS, 'models/install.mjs')).href
)) as {
  installPack: (
    manifest: PackManifest,
    folder: string,
    options?: { from?: string; acceptLicense?: boolean; say?: (text: string) => void },
  ) => Promise<number>;
};

const { download } = (await import(
  /* @vite-ignore */ pathToFileURL(path.join(SCRIPTS, 'models/download.mjs')).href
)) as { download: (url: string, part: string, options: { stall?: number; limit?: number }) => Promise<void> };

const sum = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const CONTENT = randomBytes(200_000);

let base: string;
let folder: string;
let url: string;
let requests: { range: string | undefined; status: number }[];
/** The served files, and the number of bytes after which the connection breaks; null if it does not break. */
let served: { bytes: Buffer; etag: string | null; breaksAfter: number | null };
let server: ReturnType<typeof createServer>;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { bytes, etag, breaksAfter } = served;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = range && request.headers['if-range'] === etag ? Number(range[1]) : 0;
  const status = from > 0 ? 206 : 200;
  requests.push({ range: request.headers.range, status });
  response.writeHead(status, {
    'content-length': bytes.length - from,
    ...(etag === null ? {} : { etag }),
    ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  // The last part is whole: nothing is left to break off.
  if (breaksAfter === null || from + breaksAfter >= bytes.length) response.end(bytes.subarray(from));
  else {
    response.flushHeaders();
    if (breaksAfter > 0) response.write(bytes.subarray(from, from + breaksAfter));
    void breakOff(response, from + breaksAfter);
  }
}

/** Breaks the connection when the other side has kept what came: `fetch` drops what it has not handed on. */
async function breakOff(response: ServerResponse, kept: number): Promise<void> {
  await vi.waitFor(async () => {
    const { size } = await stat(path.join(folder, '.model.onnx.part'));
    expect(size).toBe(kept);
  }, 10_000);
  response.destroy();
}

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'muster-models-'));
  folder = path.join(base, 'cache', 'test-pack');
  requests = [];
  served = { bytes: CONTENT, etag: '"one"', breaksAfter: null };
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(base, { recursive: true });
});

function packOf(change: Partial<PackManifest['files'][number]> = {}): PackManifest {
  return {
    id: 'test-pack',
    license: { name: 'MIT', commercial: true, url: 'https://example.org/license' },
    files: [{ name: 'model.onnx', source: { url }, sha256: sum(CONTENT), bytes: CONTENT.length, ...change }],
  };
}

const installed = () => readFile(path.join(folder, 'model.onnx'));

async function record() {
  return JSON.parse(await readFile(path.join(folder, 'installed.json'), 'utf8')) as {
    files: Record<string, { sha256: string; from: string }>;
    license?: { accepted: { text: string; by: string; at: string } };
  };
}

describe('installing from an address', () => {
  it('an install reports its progress and does not fetch an installed file again', async () => {
    const said: string[] = [];
    expect(await installPack(packOf(), folder, { say: (text) => said.push(text) })).toBe(1);
    expect(await installed()).toEqual(CONTENT);
    expect(said.at(-1)).toMatch(/model\.onnx 0\.2 MB of 0\.2 MB \(100 %\)/);
    expect(await installPack(packOf(), folder)).toBe(0);
    expect(requests).toHaveLength(1);
    expect((await readdir(folder)).sort()).toEqual(['installed.json', 'model.onnx']);
  });

  it('an interrupted download resumes where the connection broke', async () => {
    served.breaksAfter = 80_000;
    expect(await installPack(packOf(), folder)).toBe(1);
    expect(await installed()).toEqual(CONTENT);
    expect(requests.map((r) => r.status)).toEqual([200, 206, 206]);
    expect(requests.map((r) => r.range)).toEqual([undefined, 'bytes=80000-', 'bytes=160000-']);
  });

  it('a partial download is kept for the next command when the network does not return', async () => {
    const whole = served.bytes;
    served.breaksAfter = 80_000;
    const broken = installPack(packOf(), folder);
    await once(server, 'request');
    // From the second request on the answers break at once.
    served.breaksAfter = 0;
    await expect(broken).rejects.toThrow(/could not be fetched/);
    expect(await readdir(folder)).toContain('.model.onnx.part');
    served = { bytes: whole, etag: '"one"', breaksAfter: null };
    requests = [];
    expect(await installPack(packOf(), folder)).toBe(1);
    expect(requests).toEqual([{ range: 'bytes=80000-', status: 206 }]);
    expect(await installed()).toEqual(CONTENT);
  });

  it('a download starts again when the file has changed on the server', async () => {
    served.breaksAfter = 80_000;
    served.bytes = randomBytes(CONTENT.length);
    const install = installPack(packOf(), folder);
    await once(server, 'request');
    served = { bytes: CONTENT, etag: '"two"', breaksAfter: null };
    expect(await install).toBe(1);
    expect(requests.map((r) => r.status)).toEqual([200, 200]);
    expect(await installed()).toEqual(CONTENT);
  });

  it('a file with the wrong checksum is discarded and the old file stays', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'model.onnx'), 'the one of before');
    served.bytes = randomBytes(CONTENT.length);
    await expect(installPack(packOf(), folder)).rejects.toThrow(/not the file that was reviewed/);
    expect((await installed()).toString()).toBe('the one of before');
    expect(await readdir(folder)).toEqual(['model.onnx']);
  });

  it('a file of the wrong length is refused before it is read', async () => {
    served.bytes = randomBytes(CONTENT.length + 1);
    await expect(installPack(packOf(), folder)).rejects.toThrow(/200001 bytes instead of 200000/);
  });

  it('a file without a known checksum has its checksum recorded and enforced from then on', async () => {
    const unknown = packOf({ sha256: null, bytes: null });
    expect(await installPack(unknown, folder)).toBe(1);
    expect((await record()).files['model.onnx']).toMatchObject({ sha256: sum(CONTENT), from: url });
    expect(await installPack(unknown, folder)).toBe(0);
    await writeFile(path.join(folder, 'model.onnx'), 'changed');
    served.bytes = Buffer.from('something else');
    await expect(installPack(unknown, folder)).rejects.toThrow(/not the file that was reviewed/);
  });

  it('a silent server is given up and leaves no partial file', async () => {
    server.removeAllListeners('request');
    const part = path.join(base, 'part');
    await expect(download(url, part, { stall: 20 })).rejects.toThrow(/could not be fetched[^]*no answer/);
    expect(await readdir(base)).toEqual([]);
  });

  it('a download that takes too long is given up, although bytes come in, and keeps them', async () => {
    server.removeAllListeners('request');
    server.on('request', (_, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const part = path.join(base, 'part');
    await expect(download(url, part, { limit: 300 })).rejects.toThrow(/could not be fetched[^]*timeout/);
    expect((await readFile(part, 'utf8')).startsWith('x')).toBe(true);
  });

  it('a missing address is named in the error', async () => {
    server.removeAllListeners('request');
    server.on('request', (_, response: ServerResponse) => response.writeHead(404).end());
    await expect(installPack(packOf(), folder)).rejects.toThrow(/model\.onnx answers 404/);
  });
});

describe('installing from an archive', () => {
  it.each([0, 8])(
    'the files that the manifest names are taken from an archive packed by method %i',
    async (method) => {
      served.bytes = zip(method, { 'pack/readme.txt': Buffer.from('hello'), 'pack/model.onnx': CONTENT });
      const source = { zip: { url: `${url}.zip`, path: 'pack/model.onnx', sha256: sum(served.bytes) } };
      expect(await installPack(packOf({ source }), folder)).toBe(1);
      expect(await installed()).toEqual(CONTENT);
      expect((await readdir(folder)).sort()).toEqual(['installed.json', 'model.onnx']);
    },
  );

  it('a truncated archive and an archive without the file are refused', async () => {
    const whole = zip(8, { 'model.onnx': CONTENT });
    const source = { zip: { url: `${url}.zip`, path: 'model.onnx' } };
    served.bytes = whole.subarray(0, whole.length - 30);
    await expect(installPack(packOf({ source }), folder)).rejects.toThrow(/not a ZIP archive|truncated/);
    await rm(folder, { recursive: true });
    served.bytes = zip(8, { 'other.onnx': CONTENT });
    await expect(installPack(packOf({ source }), folder)).rejects.toThrow(/holds no file model\.onnx/);
    expect(await readdir(folder)).not.toContain('model.onnx');
  });

  it('the archive itself may lie in a folder', async () => {
    const from = path.join(base, 'stick');
    await mkdir(from);
    await writeFile(path.join(from, 'pack.zip'), zip(8, { 'model.onnx': CONTENT }));
    const source = { zip: { url: 'https://example.org/files/pack.zip', path: 'model.onnx' } };
    expect(await installPack(packOf({ source }), folder, { from })).toBe(1);
    expect(await installed()).toEqual(CONTENT);
  });
});

describe('installing from a folder', () => {
  let from: string;
  beforeEach(async () => {
    from = path.join(base, 'stick');
    await mkdir(from);
  });

  it('a file is installed by its name without a network', async () => {
    await writeFile(path.join(from, 'model.onnx'), CONTENT);
    expect(await installPack(packOf(), folder, { from })).toBe(1);
    expect(await installed()).toEqual(CONTENT);
    expect(requests).toEqual([]);
  });

  it('an equivalent build is installed under the name in the manifest', async () => {
    const build = Buffer.from('another build of the same network');
    await writeFile(path.join(from, 'build.onnx'), build);
    const equivalents = [{ name: 'build.onnx', sha256: sum(build), bytes: build.length, note: 'rebuilt' }];
    expect(await installPack(packOf({ equivalents }), folder, { from })).toBe(1);
    expect(await installed()).toEqual(build);
  });

  it('a different file with the same name is refused, and the error names what is missing', async () => {
    await writeFile(path.join(from, 'model.onnx'), 'not it');
    await expect(installPack(packOf(), folder, { from })).rejects.toThrow(/not the file that was reviewed/);
    expect(await readdir(folder)).toEqual([]);
    await rm(path.join(from, 'model.onnx'));
    await expect(installPack(packOf(), folder, { from })).rejects.toThrow(/does not hold model\.onnx/);
  });

  it('a file that has no download says how to make it', async () => {
    const source = { local: { how: 'Convert it.', url: 'https://example.org/ir' } };
    await expect(installPack(packOf({ source }), folder)).rejects.toThrow(/no address[^]*Convert it\./);
    await writeFile(path.join(from, 'model.onnx'), CONTENT);
    expect(await installPack(packOf({ source }), folder, { from })).toBe(1);
  });
});

describe('a non-commercial license', () => {
  const license = { name: 'Research only', commercial: false, url: 'https://example.org/license' };

  it('a non-commercial license is shown and blocks the download until it is accepted, and the acceptance is recorded', async () => {
    await expect(installPack({ ...packOf(), license }, folder)).rejects.toThrow(
      /not for commercial use[^]*Research only[^]*example\.org/,
    );
    expect(requests).toEqual([]);
    expect(await installPack({ ...packOf(), license }, folder, { acceptLicense: true })).toBe(1);
    const { accepted } = (await record()).license!;
    expect(accepted.text).toBe('Research only\nhttps://example.org/license');
    expect(accepted.by).not.toBe('');
    expect(Number.isNaN(Date.parse(accepted.at))).toBe(false);
  });

  it('an accepted license is not asked for again unless its terms change', async () => {
    const pack = { ...packOf(), license };
    await installPack(pack, folder, { acceptLicense: true });
    await rm(path.join(folder, 'model.onnx'));
    expect(await installPack(pack, folder)).toBe(1);
    const changed = { ...pack, license: { ...license, note: 'And only on Sundays.' } };
    await expect(installPack(changed, folder)).rejects.toThrow(/only on Sundays/);
  });
});

describe('concurrent installs of one pack', () => {
  it('a second concurrent install waits and finds the pack installed', async () => {
    const said: string[] = [];
    const counts = await Promise.all([
      installPack(packOf(), folder),
      installPack(packOf(), folder, { say: (text) => said.push(text) }),
    ]);
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(requests).toHaveLength(1);
    expect(await installed()).toEqual(CONTENT);
    expect((await readdir(folder)).sort()).toEqual(['installed.json', 'model.onnx']);
  });

  it('the lock of a killed install does not block the next one, here or on another machine', async () => {
    await mkdir(folder, { recursive: true });
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    await writeFile(path.join(folder, '.lock'), `${dead.pid}@${os.hostname()}`);
    expect(await installPack(packOf(), folder)).toBe(1);
    await rm(path.join(folder, 'model.onnx'));
    const lock = path.join(folder, '.lock');
    await writeFile(lock, `${process.pid}@elsewhere`);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    expect(await installPack(packOf(), folder)).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['installed.json', 'model.onnx']);
  });

  it('a failed install lets the waiting one continue', async () => {
    served.bytes = randomBytes(CONTENT.length);
    const failed = installPack(packOf(), folder);
    await once(server, 'request');
    served.bytes = CONTENT;
    const second = installPack(packOf(), folder);
    await expect(failed).rejects.toThrow(/not the file that was reviewed/);
    expect(await second).toBe(1);
    expect(await installed()).toEqual(CONTENT);
  });
});

describe('npm run models', () => {
  it('npm run models lists, refuses, installs, selects and verifies packs', async () => {
    const cache = path.join(base, 'cache');
    const run = (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) => {
        const env = {
          ...process.env,
          MUSTER_MODEL_CACHE: cache,
          MUSTER_DATA_DIR: path.join(base, 'data'),
          MUSTER_MODEL_PACK: '',
        };
        const program = [path.join(SCRIPTS, 'models.mjs'), ...args];
        execFile(process.execPath, program, { env }, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code), out, err }),
        );
      });
    const list = await run('list');
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^\* {2}faceplugin +MIT +not stated +7\.3 MB +no +yes/m);
    expect(list.out).toMatch(
      /^ {3}insightface-buffalo-l +InsightFace model zoo +no +191\.3 MB +no +not yet/m,
    );
    expect((await run('info', 'opencv')).out).toMatch(/face_recognition_sface_2021dec\.onnx[^]*0\.363/);
    const refused = await run('install', 'insightface-buffalo-l', '--from', base);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/--accept-license/) as string });
    expect(await run('use', 'opencv')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/not installed/) as string,
    });
    expect(await run('install', 'no-such-pack')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/faceplugin/) as string,
    });
    expect(list.out).toMatch(/^ {3}minifasnet +Apache-2\.0 +yes +3\.\d MB +no +other builds/m);
    expect(await run('use', 'minifasnet')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/not a pack of its own[^]*MUSTER_LIVENESS/) as string,
    });
    expect((await run('info', 'minifasnet')).out).toMatch(/MiniFASNetV2\.onnx[^]*box of the face × 2\.7/);
    const models = path.resolve(SCRIPTS, '../models/cache/faceplugin');
    expect(await run('install', 'faceplugin', '--from', models)).toMatchObject({ code: 0 });
    expect(await run('use', 'faceplugin')).toMatchObject({ code: 0 });
    expect(await readFile(path.join(base, 'data/model-pack'), 'utf8')).toBe('faceplugin\n');
    expect(await run('finish')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/with faceplugin only/) as string,
    });
    expect(await readFile(path.join(base, 'data/model-pack'), 'utf8')).toBe('faceplugin\nnone\n');
    // The first line alone is the choice.
    expect((await run('list')).out).toMatch(/^\* {2}faceplugin/m);
    await writeFile(path.join(base, 'data/model-pack'), 'opencv\nnone\n');
    const back = await run('use', 'faceplugin');
    expect(back.out).toMatch(/enrolled with opencv[^]*opencv runs beside it[^]*models -- finish/);
    expect(await readFile(path.join(base, 'data/model-pack'), 'utf8')).toBe('faceplugin\n');
    await writeFile(path.join(base, 'data/model-pack'), 'opencv\n');
    expect((await run('use', 'faceplugin', '--drop-old')).out).not.toContain('beside');
    expect(await readFile(path.join(base, 'data/model-pack'), 'utf8')).toBe('faceplugin\nnone\n');
    expect(await run('verify')).toMatchObject({ code: 0 });
    await writeFile(path.join(cache, 'faceplugin/fr_detect.onnx'), 'damaged');
    const verified = await run('verify');
    expect(verified).toMatchObject({
      code: 1,
      out: expect.stringMatching(/✗ faceplugin fr_detect\.onnx: different/) as string,
    });
    // A partly installed pack is a fault even if it is not in use. A pack that was never installed is not a fault.
    await rm(path.join(cache, 'faceplugin'), { recursive: true });
    expect(await run('verify')).toMatchObject({ code: 1 });
    expect(await run('install', 'faceplugin', '--from', models)).toMatchObject({ code: 0 });
    await mkdir(path.join(cache, 'opencv'));
    await writeFile(path.join(cache, 'opencv/face_recognition_sface_2021dec.onnx'), 'half of it');
    const half = await run('verify');
    expect(half.code).toBe(1);
    expect(half.out).toMatch(/✓ faceplugin[^]*✗ opencv \S+: missing[^]*✗ opencv \S+: different/);
    expect(half.out).not.toMatch(/openmodel/);
    expect((await run('list')).out).toMatch(/^ {3}opencv .* damaged /m);
    await rm(path.join(cache, 'opencv'), { recursive: true });
    expect(await run('verify')).toMatchObject({ code: 0 });
    await writeFile(path.join(base, 'data/model-pack'), 'gone\n');
    expect(await run('verify')).toMatchObject({ code: 1, err: expect.stringMatching(/no model pack gone/) });
  });
});

/** An archive of these files, in the form of PKWARE's APPNOTE without sums, which are not read. */
function zip(method: number, files: Record<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    // An extra field, of which the directory knows nothing.
    local.writeUInt16LE(4, 28);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), Buffer.alloc(4), packed);
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + 4 + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
