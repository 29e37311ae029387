import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { buildTarget } from './browsers.ts';
import { offlineShell } from './offline-shell.ts';
import { precompressed } from './precompressed.ts';
import { supportedBrowsersInPage } from './supported-browsers.ts';

/** The browser's part: everything is bundled, nothing inlined, so that `script-src 'self'` is enough. */
export default defineConfig({
  root: fileURLToPath(new URL('../client', import.meta.url)),
  plugins: [offlineShell(), supportedBrowsersInPage(), precompressed()],
  build: {
    outDir: fileURLToPath(new URL('../dist/client', import.meta.url)),
    emptyOutDir: true,
    target: buildTarget(),
    // An inlined font or icon would be a data: URL, which the content security policy does not admit.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    reportCompressedSize: true,
  },
});
