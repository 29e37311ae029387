/**
 * Writes offline-shell.js: for each page that works without the server, the list of all files that it needs. Those are its
 * scripts, also the ones that it loads later, styles, fonts and languages. The other pages are not among them.
 */
import { createHash } from 'node:crypto';
import type { Plugin, Rolldown } from 'vite';

/** By the path of the page: its module. */
const PAGES = {
  '/station': '/client/src/pages/station/station.ts',
  '/rollcall': '/client/src/pages/rollcall/rollcall.ts',
};
const ENTRY = '/client/src/main.ts';
/** What is not in a script. */
const PUBLIC = ['/browser-check.js', '/favicon.svg', '/station-icon.svg', '/station.webmanifest'];
/** Fonts of scripts that no page has texts in; a browser loads none of them. */
const UNUSED_FONT = /-(cyrillic|greek|vietnamese)(-ext)?-/;

export function offlineShell(): Plugin {
  return {
    name: 'muster-offline-shell',
    apply: 'build',
    generateBundle(_options, bundle) {
      const shells = Object.entries(PAGES).map(([path, page]) => {
        const files = filesOf(bundle, modulesOf(this, page));
        const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
        return [path, { version, files }];
      });
      const source = `self.SHELLS = ${JSON.stringify(Object.fromEntries(shells))};\n`;
      this.emitFile({ type: 'asset', fileName: 'offline-shell.js', source });
    },
  };
}

function filesOf(bundle: Rolldown.OutputBundle, needed: ReadonlySet<string>): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const wanted = new Set<string>();
  const want = (chunk: Rolldown.OutputChunk) => {
    if (wanted.has(chunk.fileName)) return;
    wanted.add(chunk.fileName);
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name);
      if (imported) want(imported);
    }
  };
  for (const chunk of chunks) if (chunk.moduleIds.some((id) => needed.has(id))) want(chunk);
  for (const { fileName, type } of Object.values(bundle)) {
    if (type === 'asset' && /\.(css|woff2)$/.test(fileName) && !UNUSED_FONT.test(fileName))
      wanted.add(fileName);
  }
  return [...[...wanted].toSorted().map((name) => `/${name}`), ...PUBLIC];
}

/** What the page imports, at once or later; and what the entry imports at once. */
function modulesOf(context: Rolldown.PluginContext, page: string): Set<string> {
  const found = new Set<string>();
  const walk = (id: string, later: boolean) => {
    if (found.has(id)) return;
    found.add(id);
    const info = context.getModuleInfo(id);
    if (!info) return;
    for (const next of [...info.importedIds, ...(later ? info.dynamicallyImportedIds : [])])
      walk(next, later);
  };
  const all = [...context.getModuleIds()];
  const [root, entry] = [page, ENTRY].map((end) => all.find((id) => id.endsWith(end)));
  if (root === undefined || entry === undefined) throw new Error(`The page ${page} was not found.`);
  walk(root, true);
  walk(entry, false);
  return found;
}
