/**
 * Makes a new browser as poor as the oldest one that the pages support: everything that one of the supported browsers lacks
 * in its oldest version is taken away, by the browser compatibility data of MDN. So nobody has to keep a list.
 */
import type { BrowserContext } from 'playwright-core';
import { compatibilityData, type Entry, isNewer } from './compatibility-data.ts';

/** What a page may not count on, as paths from the global object, such as `AbortSignal.any` and `Set.prototype.union`. */
function newerInterfaces(): string[] {
  const { api, javascript } = compatibilityData();
  const newer: string[] = [];
  const visit = (owner: string, entry: Entry, placesOf: (name: string) => string[]) => {
    for (const [key, member] of membersOf(entry)) {
      if (isNewer(member)) newer.push(...placesOf(key).map((place) => `${owner}.${place}`));
    }
    // After its members, which could not be found any more without it.
    if (isNewer(entry)) newer.push(owner);
  };
  const { builtins } = javascript;
  const within = (space: string) =>
    membersOf(builtins[space] ?? {}).map(([name, part]): [string, Entry] => [`${space}.${name}`, part]);
  const language = [...Object.entries(builtins), ...within('Intl'), ...within('Temporal')];
  // The data do not say which functions of the language are static.
  for (const [owner, entry] of language) visit(owner, entry, (name) => [name, `prototype.${name}`]);
  for (const [owner, entry] of Object.entries(api)) {
    visit(owner, entry, (key) =>
      key.endsWith('_static') ? [key.slice(0, -'_static'.length)] : [`prototype.${key}`],
    );
  }
  return newer
    .map((place) => place.replace(/^Window\.prototype\./, ''))
    .filter((place) => /^[\w.]+$/.test(place));
}

/** Takes the newer interfaces from every page of this context, before any script of the page runs. */
export async function makeOldest(context: BrowserContext): Promise<void> {
  await context.addInitScript(takeAway, newerInterfaces());
}

/** Runs in the page. */
function takeAway(interfaces: string[]): void {
  for (const place of interfaces) {
    const path = place.split('.');
    const name = path.pop()!;
    let owner: unknown = globalThis;
    for (const part of path) owner = (owner as Record<string, unknown> | undefined)?.[part];
    if (!(owner instanceof Object) || !Object.getOwnPropertyDescriptor(owner, name)?.configurable) continue;
    Reflect.deleteProperty(owner, name);
  }
}

function membersOf(entry: Entry): [string, Entry][] {
  return Object.entries(entry).filter((part): part is [string, Entry] => part[0] !== '__compat');
}
