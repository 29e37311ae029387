import { strToU8, zipSync } from 'fflate';
import type { FileContent } from '../../protocol/endpoint.ts';
import type { PersonFiles } from '../../rights/personal-data-service.ts';

/** Everything that is stored about a person as one ZIP file. */
export function personFile(personId: string, files: PersonFiles): FileContent {
  const packed = Object.entries(files).map(([name, data]) => [
    name,
    typeof data === 'string' ? strToU8(data) : data,
  ]);
  return { name: `person-${personId}.zip`, content: zipSync(Object.fromEntries(packed)) };
}
