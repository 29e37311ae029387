import { afterEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { listen, type Listening } from './listen.ts';

const pair = await generate([{ name: 'commonName', value: 'localhost' }]);
const tls = { cert: pair.cert, key: pair.private };
const opened: Listening[] = [];

async function open(httpPort = 0, httpsPort = 0): Promise<Listening> {
  const doors = await listen({
    http: { host: '127.0.0.1', port: httpPort },
    https: { host: '127.0.0.1', port: httpsPort, ...tls },
    perAddress: 100,
    log: pino({ level: 'silent' }),
  });
  opened.push(doors);
  return doors;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((doors) => doors.close()));
});

describe('listen', () => {
  it('the listener answers "starting" until there is an application', async () => {
    const doors = await open();
    const url = `http://127.0.0.1:${doors.httpPort}/`;
    expect((await fetch(url)).status).toBe(503);
    doors.serve((_req, res) => void res.end('here'));
    expect(await (await fetch(url)).text()).toBe('here');
  });

  it.each([
    ['HTTP', 'MUSTER_HTTP_PORT'],
    ['HTTPS', 'MUSTER_HTTPS_PORT'],
  ])(
    'the listener says in one sentence that the %s port is in use, and leaves no door open',
    async (door, variable) => {
      const first = await open();
      const taken = door === 'HTTP' ? first.httpPort : first.httpsPort;
      const attempt = door === 'HTTP' ? open(taken, 0) : open(0, taken);
      await expect(attempt).rejects.toThrow(
        `Port ${taken} is in use: end the other program, or set ${variable} to another port.`,
      );
    },
  );

  it('the listener closes twice without complaint', async () => {
    const doors = await open();
    await doors.close();
    await doors.close();
    await expect(fetch(`http://127.0.0.1:${doors.httpPort}/`)).rejects.toThrow('fetch failed');
  });
});
