/** npm run bench -- NAME [--json FILE] […]: prepares what a benchmark needs and runs it; no name lists them. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { chromium } from './setup/chromium.mjs';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { fixtures } from './setup/fixtures.mjs';
import { foreground } from './setup/foreground.mjs';
import { modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { machine } from './setup/preflight.mjs';
import { main, SetupError } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

const folder = inRoot('test', 'bench');
/** Characters. */
const WIDTH = 118;

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name.startsWith('-')) {
    await list();
    return name === undefined || name === '--help' ? 0 : 1;
  }
  const program = inRoot('test', 'bench', `${name}.ts`);
  if (!/^[\w-]+$/.test(name) || !existsSync(program) || !(await isBench(`${name}.ts`))) {
    throw new SetupError(`There is no benchmark ${name}.`, 'List them: npm run bench');
  }
  await machine();
  await dependencies({ dev: true });
  const worker = await mediaWorker();
  await modelPack();
  await fixtures();
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: worker };
  // Only a benchmark that opens pages needs them, and a browser; one that does so on demand is asked with --video.
  if (args.includes('--video') || /chromium|playwright/i.test(await readFile(program, 'utf8'))) {
    await client();
    env.CHROMIUM_BIN = await chromium();
  }
  return await foreground(node24, [program, ...args], env);
});

/** A benchmark reports; the other files of the folder are its parts. */
async function isBench(file) {
  const text = await readFile(inRoot('test', 'bench', file), 'utf8');
  return file !== 'report.ts' && /\breport\(/.test(text);
}

async function list() {
  const files = (await readdir(folder)).filter((file) => /^[\w-]+\.ts$/.test(file)).sort();
  console.log('npm run bench -- NAME [--json FILE]\n');
  for (const file of files) {
    if (!(await isBench(file))) continue;
    const text = await readFile(inRoot('test', 'bench', file), 'utf8');
    console.log(`  ${file.replace(/\.ts$/, '').padEnd(12)} ${description(text)}`);
  }
}

/** The first sentences of the comment that a benchmark begins with, as far as they fit on one line. */
function description(text) {
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(text) ?? [];
  const words = comment.replaceAll(/\n \*/g, ' ').trim().split(/\s+/);
  let line = '';
  for (const word of words) {
    if (line.length + word.length > WIDTH) return `${line} …`;
    line = line === '' ? word : `${line} ${word}`;
  }
  return line;
}
