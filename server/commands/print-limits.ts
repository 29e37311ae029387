/** `npm run config -- --limits`: the tables of docs/limits.md. */
import { limitsTable } from './limits-table.ts';

process.stdout.write(`${limitsTable()}\n`);
