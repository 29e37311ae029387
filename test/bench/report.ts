/** Shared by all benchmarks: the arguments, the table and the JSON file. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';

/** One measured figure. `unit` is written out: ms, faces/s, cameras, MiB, %. */
export interface BenchRow {
  case: string;
  metric: string;
  value: number;
  unit: string;
  /** Digits after the decimal point in the table. The default depends on the size of the value. */
  digits?: number;
}

export interface BenchReport {
  bench: string;
  rows: readonly BenchRow[];
  /** Path of the JSON file. Without it, no file is written. */
  json?: string | undefined;
}

/**
 * Options of a benchmark: name → its default. Numbers are parsed as numbers; an option whose default is a list may be
 * given several times; `json` is always there.
 */
export function benchOptions<T extends Record<string, string | number | boolean | readonly string[]>>(
  defaults: T,
  args: readonly string[] = process.argv.slice(2),
): { [K in keyof T]: Widened<T[K]> } & { json: string | undefined } {
  const known = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      {
        type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const),
        multiple: Array.isArray(value),
      },
    ]),
  );
  const { values } = parseArgs({
    args: [...args],
    options: { ...known, json: { type: 'string' } },
    allowPositionals: false,
  });
  const options: Record<string, unknown> = { ...defaults, ...values };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value !== 'number') continue;
    options[name] = Number(options[name]);
    if (!Number.isFinite(options[name])) throw new Error(`--${name} wants a number`);
  }
  return { json: undefined, ...options } as { [K in keyof T]: Widened<T[K]> } & { json: string | undefined };
}

type Widened<V> = V extends number
  ? number
  : V extends boolean
    ? boolean
    : V extends readonly string[]
      ? string[]
      : string;

/** Prints the rows as a table, one line a case and one column a metric, and writes the JSON file. */
export async function report({ bench, rows, json }: BenchReport): Promise<void> {
  console.log(`\n${bench} on ${machine()}\n\n${table(rows)}\n`);
  if (json === undefined) return;
  const content = { bench, at: new Date().toISOString(), machine: machine(), rows };
  await writeFile(json, `${JSON.stringify(content, null, 2)}\n`);
  console.log(`written to ${json}`);
}

/** The p-th quantile (0..1) of the values by linear interpolation; NaN for none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Exported for its test: cases are lines, metrics are columns, both in order of first appearance. */
export function table(rows: readonly BenchRow[]): string {
  const cases = [...new Set(rows.map((row) => row.case))];
  const metrics = [...new Set(rows.map((row) => row.metric))];
  const head = [
    'case',
    ...metrics.map((metric) => {
      const units = new Set(rows.filter((row) => row.metric === metric).map((row) => row.unit));
      return units.size === 1 && !units.has('') ? `${metric} (${[...units].join()})` : metric;
    }),
  ];
  const mixed = new Set(
    metrics.filter((m) => new Set(rows.filter((r) => r.metric === m).map((r) => r.unit)).size > 1),
  );
  const cell = (name: string, metric: string) => {
    const row = rows.find((r) => r.case === name && r.metric === metric);
    if (row === undefined) return '';
    const value = row.digits === undefined ? short(row.value) : row.value.toFixed(row.digits);
    return mixed.has(metric) ? `${value} ${row.unit}` : value;
  };
  const lines = cases.map((name) => [name].concat(metrics.map((metric) => cell(name, metric))));
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const print = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [print(head), widths.map((w) => '─'.repeat(w)).join('  '), ...lines.map(print)].join('\n');
}

function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4;
  return value.toFixed(digits);
}

function machine(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${os.availableParallelism()} × ${model}, ${memory} GiB, ${os.platform()} ${os.arch()}, Node ${process.versions.node}`;
}
