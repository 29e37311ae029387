/** Serves the built client: hashed files are cached forever, its one page is revalidated each time. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { RequestHandler } from 'express';
import staticFiles from 'express-static-gzip';

const YEAR = 365 * 24 * 3_600;

export function clientFiles(directory: string): RequestHandler[] {
  const hashed = path.join(directory, 'assets') + path.sep;
  const page = path.join(directory, 'index.html');
  return [
    staticFiles(directory, {
      index: false,
      enableBrotli: true,
      orderPreference: ['br'],
      serveStatic: {
        redirect: false,
        setHeaders: (res, file) => {
          // Vite puts a hash into the name of everything in assets/.
          const fresh = file.startsWith(hashed) ? `public, max-age=${YEAR}, immutable` : 'no-cache';
          res.setHeader('Cache-Control', fresh);
        },
      },
    }),
    // Any other address is a page of the client; a missing picture or script is not.
    async (req, res, next) => {
      const isPage =
        (req.method === 'GET' || req.method === 'HEAD') && !path.basename(req.path).includes('.');
      if (!isPage || !req.accepts('html')) {
        next();
        return;
      }
      if (!(await exists(page))) {
        res.status(503).type('text/plain').send('The client is not built: run "npm run build".\n');
        return;
      }
      res.setHeader('Cache-Control', 'no-cache');
      res.sendFile(page, { cacheControl: false });
    },
  ];
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
