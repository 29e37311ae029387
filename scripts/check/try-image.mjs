/**
 * Part of `npm run check:image`: runs the built container on a PostgreSQL of this checkout, waits for its health, makes
 * the first account, signs in over HTTPS, and ends it. Usage: node scripts/check/try-image.mjs CONTAINER BUILDAH_OPTIONS…
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { API } from '../../server/protocol/endpoints.ts';
import { main, step, SetupError } from '../setup/step.mjs';

const [container, ...storage] = process.argv.slice(2);
/** ms. */
const START_TIMEOUT = 180_000;
const END_TIMEOUT = 30_000;
const PASSWORD = 'a quiet door opens at noon';

const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-image-database-'));
const database = await EmbeddedDatabase.start({
  dataDir,
  port: 0,
  log: pino({ level: 'warn' }),
  durable: false,
});
const ports = await freePorts(3);
const cookies = new Map();
let token = '';
const lines = [];
const server = run();
try {
  await main(async () => {
    await step('health', async () => {
      const until = performance.now() + START_TIMEOUT;
      while (server.exitCode === null && performance.now() < until) {
        const { status } = await call('GET', '/api/health').catch(() => ({ status: 0 }));
        if (status === 200 && token !== '') return 'over HTTPS';
        await sleep(500);
      }
      throw new SetupError(`The container did not come up:\n${lines.slice(-30).join('\n')}`);
    });
    await step('health check of the image', async () => {
      const [code] = await once(inContainer(['node', 'scripts/health.mjs']), 'exit');
      if (code !== 0) throw new SetupError(`node scripts/health.mjs ended with ${code}`);
    });
    await step('first account', async () => {
      const account = { token, username: 'ada', name: 'Ada', password: PASSWORD };
      expect(await call('POST', `${API}/setup`, account), 201);
    });
    await step('sign-in', async () => {
      cookies.clear();
      expect(await call('GET', `${API}/people`), 401);
      expect(await call('POST', `${API}/session`, { username: 'ada', password: PASSWORD }), 200);
      const { body } = expect(await call('GET', `${API}/session`), 200);
      if (body.actor?.username !== 'ada')
        throw new SetupError(`The session is not Ada's: ${JSON.stringify(body)}`);
      expect(await call('GET', `${API}/people`), 200);
    });
    await step('end after SIGTERM', async () => {
      const exit = once(server, 'exit');
      // buildah passes no signal on: the server is the only program of that name in its own folder.
      process.kill(await serverPid(), 'SIGTERM');
      const [code] = (await Promise.race([exit, sleep(END_TIMEOUT, ['did not end'])])) ?? [];
      if (code !== 0) throw new SetupError(`The server ended with ${code}:\n${lines.slice(-20).join('\n')}`);
    });
  });
} finally {
  const left = await serverPid().catch(() => null);
  if (left !== null) process.kill(left, 'SIGKILL');
  server.kill('SIGKILL');
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

function run() {
  const child = inContainer(['node', 'server/main.ts']);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      token = /token\s+(\S+)\s*$/.exec(line)?.[1] ?? token;
    });
  }
  return child;
}

function inContainer(words) {
  const variables = {
    DATABASE_URL: database.url,
    MUSTER_HTTP_PORT: ports[0],
    MUSTER_HTTPS_PORT: ports[1],
    MUSTER_MEDIA_PORT: ports[2],
    MUSTER_MEDIA_WORKERS: '1',
    MUSTER_MEDIA_ANNOUNCE: '127.0.0.1',
    // Of this run alone: finds the server among the processes.
    MUSTER_CHECK: container,
  };
  const env = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  return spawn('buildah', [...storage, 'run', '--isolation', 'chroot', ...env, container, '--', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Of the process `node server/main.ts` that has this run's variable. */
async function serverPid() {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [words, env] = await Promise.all(
      ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    );
    // Not buildah's own process, whose words end in these.
    if (/^(\/[\w/]+\/)?node\0server\/main\.ts\0$/.test(words) && env.includes(`MUSTER_CHECK=${container}\0`))
      return Number(pid);
  }
  throw new SetupError('The server of the container is not among the processes.');
}

function expect(answer, status) {
  if (answer.status === status) return answer;
  throw new SetupError(
    `${answer.what} answers ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`,
  );
}

/** A request as the pages make it. The certificate is the server's own. */
function call(method, url, body) {
  const origin = `https://127.0.0.1:${ports[1]}`;
  const headers = { origin, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${url}`, { method, headers, rejectUnauthorized: false }, (response) => {
      for (const cookie of response.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
        cookies.set(name, value);
      }
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => {
        const json = /json/.test(response.headers['content-type'] ?? '');
        resolve({
          what: `${method} ${url}`,
          status: response.statusCode,
          body: json ? JSON.parse(text) : text,
        });
      });
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((one) => once(one, 'listening')));
  const found = servers.map((one) => one.address().port);
  for (const one of servers) one.close();
  return found;
}
