/** `npm run codecs`: decoders come from the registry, as reviewed, and only after their license was accepted. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { hasNodeAv, NEEDS_NODE_AV, nodeAvPack } from '../support/codecs.ts';

const COMMAND = path.resolve(import.meta.dirname, '../../scripts/codecs.mjs');
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-codecs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, MUSTER_CODEC_CACHE: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const child = start(args, env);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

const pack = () => path.join(folder, 'node-av');
const INSTALL = ['install', 'node-av', '--accept-license'];
const decoderPack = () => loadConfig({ MUSTER_CODEC_CACHE: folder }).analyzer.decoderPack;

describe('npm run codecs', () => {
  it('lists what there is, with its license, and what the server has of its own', async () => {
    const { code, output } = await run(['list']);
    expect(code).toBe(0);
    expect(output).toMatch(/tinyh264 +built in .*constrained baseline.*Apache-2\.0/);
    expect(output).toMatch(/node-av +installed: no/);
    expect(output).toContain('GPL version 3');
  });

  it('shows the license and installs nothing where nobody has accepted it', async () => {
    const { code, output } = await run(['install', 'node-av']);
    expect(code).toBe(1);
    expect(output).toMatch(/libfdk-aac.*\n.*patents/);
    expect(output).toContain('the license was not accepted');
    expect(output).toContain('--accept-license');
    expect(existsSync(pack())).toBe(false);
  });

  it('says what to do where the registry cannot be reached', async () => {
    const { code, output } = await run(INSTALL, { npm_config_registry: NOWHERE });
    expect(code).toBe(1);
    expect(output).toContain('could not be fetched from the npm registry');
    expect(output).toMatch(/ECONNREFUSED|EADDRNOTAVAIL|connect/);
    expect(output).toContain('--from DIR');
    expect(existsSync(pack())).toBe(false);
  });

  it('takes no package that is not the one that was reviewed', async () => {
    const from = path.join(folder, 'usb');
    await mkdir(from);
    await writeFile(path.join(from, 'node-av-6.1.1.tgz'), 'something else');
    const { code, output } = await run([...INSTALL, '--from', from]);
    expect(code).toBe(1);
    expect(output).toContain('is not the package that was reviewed');
    expect(decoderPack()).toBeNull();
  });

  it('knows no other names, and explains itself', async () => {
    expect(await run(['install', 'ffmpeg'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('There are: node-av') as string,
    });
    expect(await run([])).toMatchObject({
      code: 0,
      output: expect.stringContaining('npm run codecs -- COMMAND') as string,
    });
  });

  it.skipIf(!hasNodeAv)(`says where a pack is installed, and removes it (${NEEDS_NODE_AV})`, async () => {
    await cp(nodeAvPack, pack(), { recursive: true });
    expect(decoderPack()).toBe(pack());
    expect((await run(['list'])).output).toMatch(/node-av +installed +H\.264/);
    // Neither the registry nor the license is asked.
    expect((await run(['install', 'node-av'], { npm_config_registry: NOWHERE })).code).toBe(0);
    expect((await run(['remove', 'node-av'])).output).toContain('node-av was removed');
    expect(decoderPack()).toBeNull();
    expect((await run(['remove', 'node-av'])).output).toContain('is not installed');
  });

  it.skipIf(!hasNodeAv)(
    `goes on after it was interrupted, and leaves nothing but the pack (${NEEDS_NODE_AV})`,
    { timeout: 240_000 },
    async () => {
      const first = start(INSTALL);
      for await (const text of first.stdout) if (String(text).includes('fetching @seydx')) break;
      first.kill('SIGKILL');
      expect(decoderPack()).toBeNull();
      const { code, output } = await run(INSTALL);
      expect(output).toContain('✓ decoders node-av');
      expect(code).toBe(0);
      // What had arrived was kept.
      expect(output).not.toContain('fetching node-av@');
      expect(decoderPack()).toBe(pack());
      expect(await readdir(folder)).toEqual(['node-av']);
    },
  );
});
