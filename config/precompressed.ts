/**
 * Writes each script and style a second time, compressed with Brotli (RFC 7932) at its highest level: the server sends that
 * file to browsers that accept it, and compresses nothing while it answers.
 */
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);

/** Smaller files fit into the first packets anyhow, bytes. */
const SMALLEST = 1_024;

export function precompressed(): Plugin {
  return {
    name: 'muster-precompressed',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css)$/.test(file.fileName)) continue;
          const content = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          if (content.length < SMALLEST) continue;
          this.emitFile({
            type: 'asset',
            fileName: `${file.fileName}.br`,
            source: await compress(content),
          });
        }
      },
    },
  };
}
