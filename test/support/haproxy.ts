/** HAProxy before servers, with the configuration that the documents recommend. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePorts } from './muster-server.ts';
import { programPath } from './programs.ts';

const CONFIG = path.resolve(import.meta.dirname, '../../docs/several-servers.haproxy.cfg');

export class HaProxy {
  readonly url: string;
  #child: ChildProcess | undefined;

  private constructor(url: string) {
    this.url = url;
  }

  /** It does not listen before `up`, but has its address. */
  static async on(): Promise<HaProxy> {
    const [port] = await freePorts(1);
    return new HaProxy(`http://127.0.0.1:${port}`);
  }

  /** @param servers `host:port` of the HTTPS doors */
  up([a, b]: readonly [string, string]): void {
    const env = { ...process.env, MUSTER_BIND: new URL(this.url).host, MUSTER_A: a, MUSTER_B: b };
    this.#child = spawn(programPath('haproxy'), ['-db', '-f', CONFIG], { env, stdio: 'ignore' });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
