import { Office } from '../e2e/office.ts';
import { openBenchDatabase } from './bench-database.ts';

/** An office on a database of its own, which is dropped when it closes. `env`: additional variables of config/config.ts. */
export async function openBenchOffice(env: Record<string, string>): Promise<Office> {
  return Office.open(await openBenchDatabase(), env);
}
