import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configTable, withConfigTable } from './table.ts';
import { variables } from './variables.ts';

describe('the configuration table', () => {
  it('the configuration table has one row for every variable', () => {
    const rows = configTable().match(/^\| `\w+`/gm) ?? [];
    expect(rows.map((row) => row.replaceAll(/[|` ]/g, ''))).toEqual(Object.keys(variables.shape));
  });

  it('the configuration table replaces the table between the markers of a page and keeps the text around it', () => {
    const first = withConfigTable('# Title\n\nIntroduction.\n');
    const page = `${first}\nMore text.\n`.replace('MUSTER_DATA_DIR', 'OUTDATED_NAME');
    expect(withConfigTable(page)).toBe(`${first}\nMore text.\n`);
  });

  it('in docs/configuration.md is the one that `npm run config -- --markdown` writes', async () => {
    const page = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toBe(withConfigTable(page));
  });
});
