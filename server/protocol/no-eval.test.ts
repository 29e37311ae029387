import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a page does, in a runtime that forbids eval as the pages' content security policy does. */
const PAGE = (module: string) => `
  globalThis.document = {};
  const tried = [];
  globalThis.Function = new Proxy(Function, {
    construct(target, args) { tried.push(args); return Reflect.construct(target, args); },
  });
  await import(${JSON.stringify(module)});
  process.stdout.write(String(tried.length));
`;

it.each(['endpoints', 'error', 'health', 'recognition', 'signaling', 'people'])(
  'a page that loads protocol/%s.ts first makes no attempt at eval',
  async (name) => {
    const url = new URL(`${name}.ts`, import.meta.url).href;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PAGE(url)]);
    expect((await run).stdout).toBe('0');
  },
);
