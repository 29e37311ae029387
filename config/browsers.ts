/**
 * The browsers that the pages support: the `browserslist` of package.json, which other tools read as well. The build, the
 * page that refuses an older browser, the documents and the tests all take them from here.
 *
 * Why these: the components nest their styles (Chrome 112, Safari 16.5) and select by `:has()` (Firefox 121), and neither
 * can be added to a browser afterward. Everything newer is avoided, or used only where it is there.
 */
import manifest from '../package.json' with { type: 'json' };

/** By their names in a browserslist: how the build and the compatibility data name them, and how people do. */
const BROWSERS = {
  chrome: { build: 'chrome', data: 'chrome', name: 'Chrome' },
  edge: { build: 'edge', data: 'edge', name: 'Edge' },
  and_chr: { build: 'chrome', data: 'chrome_android', name: 'Chrome for Android' },
  firefox: { build: 'firefox', data: 'firefox', name: 'Firefox' },
  safari: { build: 'safari', data: 'safari', name: 'Safari' },
  ios_saf: { build: 'ios', data: 'safari_ios', name: 'Safari for iOS' },
} as const;

interface SupportedBrowser {
  build: string;
  data: string;
  name: string;
  /** The oldest version, such as `16.5`. */
  oldest: string;
}

export function supportedBrowsers(queries: readonly string[] = manifest.browserslist): SupportedBrowser[] {
  return queries.map((query) => {
    const [, name = '', oldest = ''] = /^(\w+) >= (\d+(?:\.\d+)?)$/.exec(query) ?? [];
    if (!Object.hasOwn(BROWSERS, name)) {
      throw new Error(`package.json: browserslist: expected for example "chrome >= 112", not "${query}".`);
    }
    return { ...BROWSERS[name as keyof typeof BROWSERS], oldest };
  });
}

/** For `build.target`: the syntax of scripts and styles is brought down to what these understand. */
export function buildTarget(): string[] {
  return [...new Set(supportedBrowsers().map(({ build, oldest }) => build + oldest))];
}

/** Such as "Chrome 112, Edge 112, Firefox 121, Safari 16.5": one that is no older on a tablet is named once. */
export function browsersInWords(): string {
  return [
    ...new Set(supportedBrowsers().map(({ name, oldest }) => `${name.replace(/ for .*/, '')} ${oldest}`)),
  ].join(', ');
}
