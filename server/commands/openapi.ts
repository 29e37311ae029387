/** Generates docs/openapi.json from the table of endpoints; run by `npm run openapi`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openApiText } from '../http/openapi.ts';

const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
await writeFile(file, openApiText());
process.stdout.write('Wrote docs/openapi.json.\n');
