import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import benches from './benches.json' with { type: 'json' };

it('benches.json lists every benchmark of this folder and no other', async () => {
  const files = await readdir(import.meta.dirname);
  const programs = files.filter((file) => file.endsWith('.bench.ts'));
  expect(Object.keys(benches).map((name) => `${name}.bench.ts`)).toStrictEqual(programs.toSorted());
});
