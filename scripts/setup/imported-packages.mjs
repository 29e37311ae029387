/** Which packages the server needs at run time, read from its sources. */
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { inRoot } from './paths.mjs';

/** Names of the packages that the server, its analyzer and its commands import, or whose files they look up. */
export function importedPackages() {
  const files = globSync('{server,config}/**/*.ts', { cwd: inRoot() }).filter(
    (file) => !/\.test[.-]/.test(file) && !file.startsWith('config/vite'),
  );
  const names = files.flatMap((file) => {
    const text = stripTypeScriptTypes(readFileSync(inRoot(file), 'utf8'));
    // A specifier holds no space: the texts of a program may have the word and a quotation mark in a row too.
    // `Buffer.from('…')` is no import.
    const imports = text.matchAll(/(?<![.\w])(?:from|import|import\s*\()\s*'([\w@][\w@./:-]*)'/g);
    // A font or a program of a package.
    const files = text.matchAll(/(?:require|import\.meta)\.resolve\(\s*'([\w@][\w@./:-]*)'/g);
    return [...imports, ...files].map(([, specifier]) => packageOf(specifier));
  });
  return [...new Set(names.filter((name) => name !== null))];
}

/** null for a module of Node. */
function packageOf(specifier) {
  if (specifier.startsWith('node:')) return null;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
