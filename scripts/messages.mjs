/**
 * npm run messages [-- --check]: collects the texts of the pages into the catalogs (client/src/locales/*.xlf) and builds
 * what the pages load from them. With --check nothing is written: exit code 1 where the catalogs are not current or a
 * translation is missing.
 */
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfigFileAndWriteSchema } from '@lit/localize-tools/lib/config.js';
import { RuntimeLitLocalizer } from '@lit/localize-tools/lib/modes/runtime.js';
import { printDiagnostics } from '@lit/localize-tools/lib/typescript.js';
import { arrangeCatalog, untranslated } from './messages/catalog.mjs';
import { inRoot } from './setup/paths.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const config = readConfigFileAndWriteSchema(inRoot('config', 'lit-localize.json'));
const catalogs = config.resolve(config.interchange.xliffDir);
const generated = config.resolve(config.output.outputDir);
const work = await mkdtemp(path.join(tmpdir(), 'muster-messages-'));
try {
  process.exitCode = await run();
} finally {
  await rm(work, { recursive: true, force: true });
}

/** The tool writes into a folder of its own first, so that a check and a real run do exactly the same. */
async function run() {
  const localizer = new RuntimeLitLocalizer({
    ...config,
    interchange: { ...config.interchange, xliffDir: work },
    output: { ...config.output, outputDir: path.join(work, 'generated') },
  });
  const { messages, errors } = localizer.extractSourceMessages();
  if (errors.length > 0) {
    printDiagnostics(errors);
    return 1;
  }
  for (const locale of config.targetLocales) await copyCatalog(locale);
  await localizer.writeInterchangeFiles();
  const missing = [];
  for (const locale of config.targetLocales) {
    const file = path.join(work, `${locale}.xlf`);
    const arranged = arrangeCatalog(await readFile(file, 'utf8'));
    await writeFile(file, arranged);
    for (const source of untranslated(arranged)) missing.push(`${locale}: not translated: ${source}`);
  }
  await localizer.build();
  const stale = [
    ...(await place(work, catalogs, '.xlf')),
    ...(await place(path.join(work, 'generated'), generated, '.ts')),
  ];

  if (values.check) for (const file of stale) console.log(`${file} is not current: run npm run messages`);
  else console.log(`${messages.length} messages, ${missing.length} translations missing`);
  for (const line of missing) console.log(line);
  return values.check && stale.length + missing.length > 0 ? 1 : 0;
}

async function copyCatalog(locale) {
  const text = await readFile(path.join(catalogs, `${locale}.xlf`), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) await writeFile(path.join(work, `${locale}.xlf`), arrangeCatalog(text));
}

/** @returns The files that differ; unless it is a check, they have been written. */
async function place(from, to, extension) {
  const differing = [];
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (!name.endsWith(extension)) continue;
    const made = await readFile(path.join(from, name), 'utf8');
    const present = await readFile(path.join(to, name), 'utf8').catch(() => '');
    if (made === present) continue;
    differing.push(path.relative(inRoot(), path.join(to, name)));
    if (!values.check) await writeFile(path.join(to, name), made);
  }
  return differing;
}
