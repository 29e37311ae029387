#!/usr/bin/env node
/**
 * Stands for Firefox where Playwright starts it: starts the real one (`FIREFOX_BIN`) with the same arguments, and passes
 * WebDriver BiDi on in both directions. Playwright sets up every page with commands of the newest protocol, and the release
 * that Debian keeps does not know all of those that emulate something (a color scheme, the size of a screen): without this,
 * no page opens. None of what they set matters to our tests, so an unknown one counts as done.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/** What Playwright waits for in the output. */
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/;

const firefox = spawn(process.env.FIREFOX_BIN, process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
firefox.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
firefox.once('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => firefox.kill(signal));

createInterface({ input: firefox.stderr }).on('line', (line) => {
  const address = LISTENING.exec(line)?.[1];
  if (address === undefined) console.error(line);
  else relay(`${address}/session`);
});

function relay(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
    console.error(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}`);
  });
  server.on('connection', (playwright) => {
    const browser = new WebSocket(address, { perMessageDeflate: false });
    const opened = new Promise((resolve) => browser.once('open', resolve));
    const emulations = new Set();
    playwright.on('message', (/** @type {Buffer} */ data) => {
      const text = data.toString();
      const { id, method } = JSON.parse(text);
      if (method.startsWith('emulation.')) emulations.add(id);
      void opened.then(() => browser.send(text));
    });
    browser.on('message', (/** @type {Buffer} */ data) => {
      const text = data.toString();
      const { id, error } = JSON.parse(text);
      const done = emulations.delete(id) && error === 'unknown command';
      playwright.send(done ? JSON.stringify({ type: 'success', id, result: {} }) : text);
    });
    browser.on('error', (error) => console.error(error.message));
    browser.on('close', () => playwright.close());
    playwright.on('close', () => browser.close());
  });
}
