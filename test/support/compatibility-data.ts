/** What the oldest supported browsers have, by the browser compatibility data of MDN. */
import { createRequire } from 'node:module';
import { supportedBrowsers } from '../../config/browsers.ts';

/** What the data say of one interface, member, property or keyword, and of what is in it. */
export interface Entry {
  __compat?: { support: Record<string, Support | Support[] | undefined> };
  [name: string]: unknown;
}

interface Support {
  /** `≤` before it: it came with this version or an earlier one. */
  version_added: string | false;
  version_removed?: string | false;
  prefix?: string;
  alternative_name?: string;
  flags?: unknown[];
}

/** 20 MB: read only when it is used. */
export function compatibilityData() {
  return createRequire(import.meta.url)('@mdn/browser-compat-data') as {
    api: Record<string, Entry>;
    css: Record<'properties' | 'selectors' | 'at-rules', Record<string, Entry>>;
    javascript: { builtins: Record<string, Entry> };
  };
}

/** Whether one of the supported browsers lacks it in its oldest version. */
export function isNewer({ __compat: compat }: Entry): boolean {
  if (!compat) return false;
  return supportedBrowsers().some(({ data, oldest }) => {
    return ![compat.support[data] ?? []].flat().some((one) => {
      const { version_added: added, version_removed: removed } = one;
      if (typeof added !== 'string' || one.prefix || one.alternative_name || one.flags) return false;
      return isAtMost(added, oldest) && (typeof removed !== 'string' || !isAtMost(removed, oldest));
    });
  });
}

function isAtMost(version: string, limit: string): boolean {
  const [major = NaN, minor = 0] = version.replace('≤', '').split('.').map(Number);
  const [limitMajor = NaN, limitMinor = 0] = limit.split('.').map(Number);
  return major < limitMajor || (major === limitMajor && minor <= limitMinor);
}
