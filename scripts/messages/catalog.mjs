/** Catalogs are XLIFF 1.2, as translators' programs read it. */

const UNIT = /<trans-unit[^]*?<\/trans-unit>/g;

/**
 * One message a line, in the order of the English text: two branches that add messages then rarely touch the same lines,
 * and a merge that keeps the lines of both sides is a valid catalog. Where both sides have the same message, the one with
 * a translation stays.
 */
export function arrangeCatalog(xml) {
  const units = new Map();
  for (const [unit] of xml.matchAll(UNIT)) {
    const line = unit.replaceAll(/>\s*\n\s*</g, '><');
    const id = /id="([^"]+)"/.exec(line)?.[1];
    if (!units.has(id) || !units.get(id).includes('<target>')) units.set(id, line);
  }
  const sorted = [...units.values()]
    .map((line) => ({ line, key: `${plainText(sourceOf(line)).toLowerCase()} ${line}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const start = xml.slice(0, xml.indexOf('<body>') + '<body>'.length);
  return `${start}\n${sorted.map(({ line }) => `${line}\n`).join('')}</body>\n</file>\n</xliff>\n`;
}

/** The English texts that have no translation. */
export function untranslated(xml) {
  return [...xml.matchAll(UNIT)]
    .map(([unit]) => unit)
    .filter((unit) => !/<target>[^]*\S[^]*<\/target>/.test(unit))
    .map(sourceOf);
}

function sourceOf(unit) {
  return /<source>([^]*?)<\/source>/.exec(unit)?.[1] ?? '';
}

function plainText(source) {
  return source.replaceAll(/<[^>]*>/g, '');
}
