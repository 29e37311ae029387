/**
 * Writes station-shell.js, the list of all files that the page of the station needs without the server: its scripts, also
 * those that it loads later, styles, fonts and languages. The pages of staff are not among them.
 */
import { createHash } from 'node:crypto';
import type { Plugin, Rolldown } from 'vite';

const STATION = '/client/src/pages/station/station.ts';
const ENTRY = '/client/src/main.ts';
/** What is not in a script. */
const PUBLIC = ['/browser-check.js', '/favicon.svg', '/station-icon.svg', '/station.webmanifest'];
/** Fonts of scripts that no page has texts in; a browser loads none of them. */
const UNUSED_FONT = /-(cyrillic|greek|vietnamese)(-ext)?-/;

export function stationShell(): Plugin {
  return {
    name: 'muster-station-shell',
    apply: 'build',
    generateBundle(_options, bundle) {
      const needed = modulesOf(this);
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
      const files = [...[...wanted].toSorted().map((name) => `/${name}`), ...PUBLIC];
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
      const source = `self.SHELL = ${JSON.stringify({ version, files })};\n`;
      this.emitFile({ type: 'asset', fileName: 'station-shell.js', source });
    },
  };
}

/** What the page of the station imports, at once or later; and what the entry imports at once. */
function modulesOf(context: Rolldown.PluginContext): Set<string> {
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
  const [station, entry] = [STATION, ENTRY].map((end) => all.find((id) => id.endsWith(end)));
  if (station === undefined || entry === undefined) throw new Error('The page of the station was not found.');
  walk(station, true);
  walk(entry, false);
  return found;
}
