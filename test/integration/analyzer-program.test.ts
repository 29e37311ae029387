/** The analyzer's process ends when its server ends, however the server ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PICTURE_LIMIT } from '../../server/protocol/limits.ts';
import type { AnalyzerSettings } from '../../server/analyzer/settings.ts';
import { isRunning } from '../support/processes.ts';
import { defaultModels } from '../fixtures/default-pack.ts';

const url = (file: string) => JSON.stringify(new URL(`../../server/analyzer/${file}`, import.meta.url));

/** Starts a process that starts an analyzer, prints the analyzer's process id, and then runs the code `then`. */
function parent(then: string) {
  const settings = {
    pack: defaultModels.pack,
    former: null,
    cacheDir: defaultModels.cacheDir,
    recognition: { far: '1e-4', liveness: 'off', challenge: 'never', snapshots: false },
    decoderPack: null,
    pictureLimit: PICTURE_LIMIT,
    threads: 1,
    providers: ['cpu'],
    pictures: [],
    timecode: false,
    logLevel: 'silent',
  } satisfies AnalyzerSettings;
  const script = `
    import { SupervisedProcess } from ${url('supervised-process.ts')};
    import { pino } from 'pino';
    const child = new SupervisedProcess({
      program: new URL(${url('program.ts')}),
      args: [${JSON.stringify(JSON.stringify(settings))}],
      name: 'analyzer',
      log: pino({ level: 'silent' }),
    });
    ${then}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('the analyzer program', () => {
  it.each([
    ['while it starts', 'void child.start(); console.log(child.pid);'],
    ['once it runs', 'await child.start(); console.log(child.pid);'],
  ])('the analyzer program ends by itself when its server is killed %s', async (_when, then) => {
    const server = parent(then);
    const [line] = await once(server.stdout, 'data');
    server.kill('SIGKILL');
    await expect.poll(() => isRunning(Number(String(line))), { timeout: 15_000 }).toBe(false);
  });

  it('the analyzer ignores signals to the process group and lets its server decide when to stop', async () => {
    const server = parent(
      `await child.start();
       process.kill(child.pid, 'SIGINT');
       process.kill(child.pid, 'SIGTERM');
       child.on('message', () => { console.log('answered'); void child.close(); });
       child.send({ type: 'gallery.search', request: 1, contract: 'test@1/1', embeddings: [], limit: 1 });`,
    );
    const [line] = await once(server.stdout, 'data');
    expect(String(line)).toContain('answered');
    const [code] = await once(server, 'exit');
    expect(code).toBe(0);
  });
});
