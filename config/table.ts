import { z } from 'zod';
import { variables } from './config.ts';

/** One line a variable: its name, default and meaning. */
export function configTable(): string {
  const rows = Object.entries(variables.shape).map(([name, schema]) => {
    const given = z.safeParse(schema, undefined);
    const fallback = given.success && given.data !== undefined ? shown(given.data ?? 'never') : '';
    return `| \`${name}\` | ${name === 'MUSTER_TIME_ZONE' ? "the system's" : fallback} | ${schema.description ?? ''} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : `\`${String(value)}\``;
}
