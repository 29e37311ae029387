import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchOptions, quantile, report, table } from './report.ts';

describe('benchOptions', () => {
  const defaults = { frames: 100, clip: 'cap12', fast: false };

  it('benchOptions returns the defaults for options that are not given', () => {
    expect(benchOptions(defaults, [])).toStrictEqual({ ...defaults, json: undefined });
  });

  it('benchOptions parses numbers, flags and the path of the JSON file', () => {
    const args = ['--frames', '5', '--fast', '--json', 'out.json'];
    expect(benchOptions(defaults, args)).toStrictEqual({
      frames: 5,
      clip: 'cap12',
      fast: true,
      json: 'out.json',
    });
  });

  it('benchOptions accepts an option several times if its default is a list', () => {
    const options = benchOptions({ pack: [] as string[] }, ['--pack', 'one', '--pack', 'two']);
    expect(options.pack).toStrictEqual(['one', 'two']);
    expect(benchOptions({ pack: ['all'] }, []).pack).toStrictEqual(['all']);
  });

  it.each([[['--frames', 'many']], [['--unknown', '1']], [['stray']]])('benchOptions refuses %j', (args) => {
    expect(() => benchOptions(defaults, args)).toThrow(/./);
  });
});

describe('quantile', () => {
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 0, 1],
    [[4, 1, 3, 2], 1, 4],
    [[7], 0.99, 7],
    [[10, 20], 0.9, 19],
  ])('the quantile of %j at %d is %d', (values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected);
  });

  it('the quantile of an empty list is NaN', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('table', () => {
  it('the table has a line for each case and a column for each metric', () => {
    const rows = [
      { case: 'vga', metric: 'p50', value: 15.04, unit: 'ms' },
      { case: 'vga', metric: 'faces', value: 150, unit: 'faces/s' },
      { case: '720p', metric: 'p50', value: 0.123, unit: 'ms' },
    ];
    expect(table(rows).split('\n')).toStrictEqual([
      'case  p50 (ms)  faces (faces/s)',
      '────  ────────  ───────────────',
      'vga       15.0              150',
      '720p      0.12',
    ]);
  });

  it('the table shows the requested number of digits', () => {
    const rows = [{ case: 'all', metric: 'found', value: 99.83, unit: '%', digits: 2 }];
    expect(table(rows).split('\n').at(-1)).toMatch(/ 99\.83$/);
  });

  it('the table shows the unit of each figure if a metric has several units', () => {
    const rows = [
      { case: 'a', metric: 'size', value: 2, unit: 'KiB' },
      { case: 'b', metric: 'size', value: 3, unit: 'MiB' },
    ];
    expect(table(rows)).toMatch(/a +2 KiB\nb +3 MiB$/);
  });
});

describe('report', () => {
  it('report writes the figures as JSON', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-report-'));
    const json = path.join(folder, 'out.json');
    const rows = [{ case: 'a', metric: 'p50', value: 1.25, unit: 'ms' }];
    await report({ bench: 'demo', rows, json });
    const written: unknown = JSON.parse(await readFile(json, 'utf8'));
    expect(written).toStrictEqual({
      bench: 'demo',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      machine: expect.stringContaining(process.versions.node),
      rows,
    });
    await rm(folder, { recursive: true });
  });
});
