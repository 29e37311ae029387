/**
 * Finds the sentences that the server writes for its callers: the message of every `MusterError`, and the message of every
 * fault of a field. Sentences with something put in between (a name, a number) are left out: they cannot be looked up.
 */
import { parseAst } from 'vite';

interface Node {
  type: string;
  [key: string]: unknown;
}

export interface ServerSentences {
  /** Messages of errors, with the code of the error. */
  errors: ReadonlyMap<string, string>;
  /** Messages of faults of a field: they follow the name of the field. */
  faults: ReadonlySet<string>;
}

/** A fault follows the name of a field, so it begins with a verb of this kind. */
const FAULT =
  /^(is|are|has|have|holds?|names?|belongs?|came|does|do|must|repeats?|needs?|ends?|begins?|overlaps?) /;

export function serverSentences(sources: readonly string[]): ServerSentences {
  const errors = new Map<string, string>();
  const faults = new Set<string>();
  for (const source of sources) {
    walk(parseAst(source, { lang: 'ts' }) as unknown as Node, (node) => {
      if (node.type === 'NewExpression' && nameOf(node.callee) === 'MusterError') {
        const [code, message] = node.arguments as Node[];
        for (const text of texts(message)) errors.set(text, texts(code)[0] ?? 'conflict');
      } else if (node.type === 'Property' && ['message', 'error'].includes(nameOf(node.key))) {
        for (const text of texts(node.value as Node)) if (FAULT.test(text)) faults.add(text);
      } else if (node.type === 'CallExpression') {
        // Helpers that make a fault: invalid('to', 'is before from').
        for (const argument of (node.arguments as Node[]).slice(1)) {
          for (const text of texts(argument)) if (FAULT.test(text)) faults.add(text);
        }
      }
    });
  }
  return { errors, faults };
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof (child as Node).type === 'string')
        walk(child as Node, visit);
    }
  }
}

/** Every fixed text that an expression can be. */
function texts(node: Node | undefined): string[] {
  if (!node) return [];
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node.type === 'ConditionalExpression')
    return [...texts(node.consequent as Node), ...texts(node.alternate as Node)];
  if (node.type === 'LogicalExpression') return [...texts(node.left as Node), ...texts(node.right as Node)];
  return [];
}

function nameOf(node: unknown): string {
  return ((node as Node).name as string | undefined) ?? '';
}
