/** The configuration table of docs/configuration.md, made from the descriptions of the variables. */
import { z } from 'zod';
import { sections } from './variables.ts';

const BEGIN = '<!-- begin of the configuration table: npm run config -- --markdown -->';
const END = '<!-- end of the configuration table -->';

/** One Markdown table for each section: name, default and meaning of each variable. */
export function configTable(): string {
  return Object.entries(sections)
    .map(([title, section]) => `## ${title}\n\n${sectionTable(section)}`)
    .join('\n\n');
}

/**
 * Replaces the table between the two markers in `page`, or appends table and markers if the page has no markers.
 */
export function withConfigTable(page: string): string {
  const block = `${BEGIN}\n\n${configTable()}\n\n${END}`;
  const [before, rest] = split(page, BEGIN);
  if (rest === undefined) return `${page.trimEnd()}\n\n${block}\n`;
  const [, after = '\n'] = split(rest, END);
  return `${before}${block}${after}`;
}

function split(text: string, marker: string): [string, string | undefined] {
  const at = text.indexOf(marker);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + marker.length)];
}

function sectionTable(section: Record<string, z.ZodType>): string {
  const rows = Object.entries(section).map(([name, schema]) => [
    `\`${name}\``,
    name === 'MUSTER_TIME_ZONE' ? "the system's" : defaultOf(schema),
    schema.description ?? '',
  ]);
  return padded([['Variable', 'Default', 'Meaning'], ...rows]);
}

/** The types of the defaults of all variables. */
type Default = string | number | boolean | string[] | null | undefined;

function defaultOf(schema: z.ZodType): string {
  const given = z.safeParse(schema as z.ZodType<Default>, undefined);
  if (!given.success || given.data === undefined) return '';
  // Only the number of days to keep something can be null.
  const text = [given.data ?? 'never'].flat().join(',');
  return text === '' ? '' : `\`${text}\``;
}

/** Pads every column to its widest cell, as the formatter would. */
function padded(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
