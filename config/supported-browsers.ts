/** Writes the oldest supported browsers into the sentence that the page shows to an older one. */
import type { Plugin } from 'vite';
import { browsersInWords } from './browsers.ts';

const PLACE = '%OLDEST_BROWSERS%';

export function supportedBrowsersInPage(): Plugin {
  return {
    name: 'muster-supported-browsers',
    transformIndexHtml: (html) => html.replaceAll(PLACE, browsersInWords()),
  };
}
