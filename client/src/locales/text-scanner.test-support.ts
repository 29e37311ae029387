/**
 * Finds texts for readers that do not go through `msg()`: in lit templates, in their attributes, and in strings that read
 * like a text. Also `msg()` calls that run when the module loads, where the language is not known yet.
 */
import { parseAst } from 'vite';

export interface Finding {
  line: number;
  text: string;
  why: string;
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** Attributes that a reader sees or hears. */
const SPOKEN = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'hint',
  'label',
  'placeholder',
  'summary',
  'title',
]);

/** Properties of objects whose value ends up in such an attribute or in a template. */
const SPOKEN_PROPERTIES = new Set([...SPOKEN, 'act', 'note', 'text']);

/** The same in every language: units, names of products, languages by their own name, names of keys. */
const ALLOWED = new Set([
  'Muster',
  'PIN',
  'CSV',
  'QR',
  'IP',
  'PNG',
  'FAR',
  'FRR',
  'ABC',
  '/s',
  'ms',
  'm',
  'Edge',
  'Opera',
  'Samsung Internet',
  'Windows-1252',
  'Firefox',
  'Chrome',
  'Safari',
  'Android',
  'Windows',
  'Linux',
  'macOS',
  'iPadOS',
  'iPhone',
  'English',
  'Deutsch',
  'Enter',
  'Backspace',
  'Escape',
]);

/** Not shown to anyone: what these functions take. */
const UNSEEN = /^(console\.\w+|\w+\.(addEventListener|getAttribute|querySelector\w*|closest|createElement))$/;

const HOLE = '\u{0}';

export function findTexts(source: string): Finding[] {
  const findings: Finding[] = [];
  const report = (node: Node, text: string, why: string) => {
    findings.push({ line: source.slice(0, node.start).split('\n').length, text: text.trim(), why });
  };
  walk(parseAst(source, { lang: 'ts' }) as unknown as Node, [], report);
  return findings;
}

type Report = (node: Node, text: string, why: string) => void;

function walk(node: Node, above: Node[], report: Report) {
  if (isMsg(node)) {
    if (!above.some(({ type }) => /Function|MethodDefinition/.test(type))) {
      report(node, 'msg()', 'runs when the module loads: put it into a function');
    }
    return;
  }
  if (isIgnored(node)) return;
  if (node.type === 'TaggedTemplateExpression') {
    const tag = (node['tag'] as Node)['name'];
    if (tag === 'css') return;
    if (tag === 'html' || tag === 'svg') checkTemplate(node, report);
  } else if (node.type === 'Literal' || node.type === 'TemplateLiteral') {
    const text = textOf(node);
    if (text !== null && readsLikeText(text)) report(node, text, 'a text outside msg()');
  }
  if (node.type === 'Property' && SPOKEN_PROPERTIES.has(String((node['key'] as Node)['name']))) {
    checkShown(node['value'] as Node, report);
  }
  for (const child of children(node)) walk(child, [...above, node], report);
}

function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'key' || key === 'typeAnnotation' || key === 'typeArguments' || key === 'returnType')
      continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && typeof (one as Node).type === 'string')
        found.push(one as Node);
    }
  }
  return found;
}

function isMsg(node: Node): boolean {
  return node.type === 'CallExpression' && (node['callee'] as Node)['name'] === 'msg';
}

/** Imports, types, errors that only a developer reads, names of events and elements. */
function isIgnored(node: Node): boolean {
  if (/^(Import|ExportAll|TS(Type|Interface|Literal|Union))/.test(node.type)) return true;
  if (node.type === 'ThrowStatement') return true;
  if (node.type === 'NewExpression') return /Error$|Exception$/.test(nameOf(node['callee'] as Node));
  if (node.type !== 'CallExpression') return false;
  return UNSEEN.test(nameOf(node['callee'] as Node));
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression') return '…';
  return `${nameOf(node['object'] as Node).replaceAll('.', '')}.${nameOf(node['property'] as Node)}`;
}

function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  return (node['quasis'] as Node[]).map((part) => (part['value'] as { cooked: string }).cooked).join(HOLE);
}

/** A capital and small letters, or two words and more: "Sign in", "just now". Identifiers, selectors and paths are not. */
function readsLikeText(text: string): boolean {
  const shown = text.replaceAll(HOLE, ' ').trim();
  if (ALLOWED.has(shown)) return false;
  return (
    /^[A-ZÄÖÜ][a-zäöü]+([ .,:;!?'’…-].*)?$/su.test(shown) ||
    /^[\p{L}'’]+( [\p{L}\d'’,.:;–-]+)+[.!?…]?$/u.test(shown)
  );
}

function checkTemplate(node: Node, report: Report) {
  const { quasis, expressions } = node['quasi'] as { quasis: Node[]; expressions: Node[] };
  let tag = '';
  for (const [i, quasi] of quasis.entries()) {
    const raw = (quasi['value'] as { cooked: string }).cooked;
    let rest = raw;
    while (rest !== '') {
      if (tag === '') {
        const start = rest.search(/<[\w!/]/);
        const text = start === -1 ? rest : rest.slice(0, start);
        if (/\p{L}/u.test(text.replaceAll(/&\w+;/g, '')) && !ALLOWED.has(text.trim()))
          report(quasi, text, 'a text in a template');
        if (start === -1) break;
        rest = rest.slice(start);
        tag = '<';
        rest = rest.slice(1);
      } else {
        const end = endOfTag(tag + rest) - tag.length;
        if (end < 0) {
          tag += rest;
          rest = '';
        } else {
          checkAttributes(quasi, tag + rest.slice(0, end), report);
          rest = rest.slice(end + 1);
          tag = '';
        }
      }
    }
    const expression = expressions[i];
    if (!expression) continue;
    if (tag === '') checkShown(expression, report);
    else {
      const attribute = /([\w.?@-]+)=["']?$/.exec(tag)?.[1]?.replace(/^\./, '');
      if (attribute && SPOKEN.has(attribute)) checkShown(expression, report);
      tag += HOLE;
    }
  }
}

/** Where the tag ends: the first `>` outside quotes; -1 if the tag continues after the hole. */
function endOfTag(text: string): number {
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const letter = text.charAt(i);
    if (quote) quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return i;
  }
  return -1;
}

function checkAttributes(node: Node, tag: string, report: Report) {
  for (const [, name = '', value = ''] of tag.matchAll(/([\w.?@-]+)=["']([^"']*)["']/g)) {
    const text = value.replaceAll(HOLE, '').trim();
    if (SPOKEN.has(name) && /\p{L}/u.test(text) && !ALLOWED.has(text))
      report(node, text, `a text in the attribute ${name}`);
  }
}

/** A value that is shown as it is: also a single small word is a text there. */
function checkShown(node: Node, report: Report) {
  if (node.type === 'ConditionalExpression') {
    checkShown(node['consequent'] as Node, report);
    checkShown(node['alternate'] as Node, report);
  } else if (node.type === 'LogicalExpression') checkShown(node['right'] as Node, report);
  else if (node.type === 'Literal' || node.type === 'TemplateLiteral') {
    const text = textOf(node) ?? '';
    // What reads like a text is found anyway.
    if (/\p{L}/u.test(text.replaceAll(HOLE, '')) && !ALLOWED.has(text) && !readsLikeText(text)) {
      report(node, text, 'a text in a template');
    }
  }
}
