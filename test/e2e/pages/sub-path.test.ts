/** Behind a real proxy that serves Muster under a path, where its scripts cannot be found. */
import express from 'express';
import { once } from 'node:events';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientFiles } from '../../../server/http/client-files.ts';
import { headers } from '../../../server/http/headers.ts';
import { Chromium } from '../../support/chromium.ts';

let browser: Chromium;
const servers: Server[] = [];

beforeAll(async () => {
  browser = await Chromium.launch();
});
afterAll(async () => {
  await browser?.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('under a path, a sentence says what is wrong instead of a blank page, and at the root it is not seen', async () => {
  const app = express();
  app.use(headers({ csp: true, hsts: false }));
  app.use(clientFiles(path.resolve(import.meta.dirname, '../../../dist/client')));
  const port = await listen(http.createServer(app));
  const proxy = http.createServer((req, res) => {
    if (!req.url?.startsWith('/muster/')) {
      res.writeHead(404).end();
      return;
    }
    const onward = http.request({
      port,
      host: '127.0.0.1',
      path: req.url.slice('/muster'.length),
      headers: req.headers,
    });
    onward.on('response', (reply) => {
      res.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(res);
    });
    req.pipe(onward);
  });
  const page = await browser.context.newPage();
  const sentence = page.getByText('cannot be served under a path such as /muster/');
  await page.goto(`http://127.0.0.1:${await listen(proxy)}/muster/`);
  await sentence.waitFor({ state: 'visible', timeout: 20_000 });

  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction(() => customElements.get('muster-app') !== undefined);
  await sentence.waitFor({ state: 'hidden', timeout: 20_000 });
  expect(await sentence.isVisible()).toBe(false);
});
