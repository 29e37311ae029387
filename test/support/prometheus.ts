/** A real Prometheus that scrapes one server, with rules, on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from './programs.ts';

export interface PrometheusSample {
  metric: Record<string, string>;
  value: [at: number, value: string];
}

export interface PrometheusRule {
  name: string;
  /** What was wrong with its last evaluation. */
  lastError?: string;
  health: 'ok' | 'err' | 'unknown';
}

export class Prometheus {
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.#url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param target host and port of a server that shows `/metrics`, scraped every second as the job `muster` */
  static async start({ target, rules }: { target: string; rules: string }): Promise<Prometheus> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-prometheus-'));
    const config = path.join(folder, 'prometheus.yml');
    await writeFile(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [rules],
        scrape_configs: [{ job_name: 'muster', static_configs: [{ targets: [target] }] }],
      }),
    );
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      programPath('prometheus'),
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const prometheus = new Prometheus(`http://${address}`, child, folder);
    while (!(await prometheus.#isReady())) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
      await sleep(100);
    }
    return prometheus;
  }

  /** The samples of an expression at the moment. Rejects where Prometheus refuses the expression. */
  async query(expression: string): Promise<PrometheusSample[]> {
    return (await this.#ask<{ result: PrometheusSample[] }>('query', { query: expression })).result;
  }

  /** Every name of which there is a series. */
  async names(): Promise<Set<string>> {
    return new Set(await this.#ask<string[]>('label/__name__/values', {}));
  }

  async rules(): Promise<PrometheusRule[]> {
    const { groups } = await this.#ask<{ groups: { rules: PrometheusRule[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async #ask<T>(what: string, query: Record<string, string>): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${what}?${new URLSearchParams(query).toString()}`);
    const answer = (await response.json()) as { status: string; data: T; error?: string };
    if (answer.status !== 'success') throw new Error(`${query['query'] ?? what}: ${answer.error}`);
    return answer.data;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
