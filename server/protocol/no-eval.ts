/** Import it before the first schema is made. */
import { z } from 'zod';

// Zod probes whether `new Function` works. The pages' content security policy forbids it, and a browser reports the try.
if ('document' in globalThis) z.config({ jitless: true });
