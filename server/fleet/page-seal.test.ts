import { describe, expect, it } from 'vitest';
import type { GalleryEntry } from '../protocol/analyzer.ts';
import { PageOpener, PageSealer } from './page-seal.ts';

const entries: GalleryEntry[] = [
  { personId: 'p1', contract: 'test@1/2', embeddings: [Float32Array.of(1, 0), Float32Array.of(0, 1)] },
  { personId: 'p2', contract: 'test@1/2', embeddings: [], lookAlikes: ['p1'] },
];
const context = { analyzer: 'hall', revision: 7, page: 'p0' };

describe('a page of the gallery', () => {
  it('opens for the analyzer that asked, also with the key of the page before', () => {
    const [sealer, opener] = [new PageSealer(), new PageOpener()];
    for (const revision of [7, 8]) {
      const page = sealer.seal(opener.curve, entries, { ...context, revision });
      expect(opener.open(page, { ...context, revision })).toEqual(entries);
    }
  });

  it('does not open for another analyzer, nor as another page, nor at another revision', () => {
    const [sealer, opener, other] = [new PageSealer(), new PageOpener(), new PageOpener()];
    const page = sealer.seal(opener.curve, entries, context);
    expect(() => other.open(page, context)).toThrow('not sealed for this analyzer');
    for (const wrong of [{ analyzer: 'door' }, { revision: 8 }, { page: 'p1' }]) {
      expect(() => opener.open(page, { ...context, ...wrong })).toThrow('does not open');
    }
  });

  it('shows nothing of what is in it', () => {
    const { sealed, key } = new PageSealer().seal(new PageOpener().curve, entries, context);
    expect(Buffer.concat([key, sealed]).includes('p1')).toBe(false);
  });

  it('is made for no key that is none', () => {
    expect(() => new PageSealer().seal('nonsense', entries, context)).toThrow('not a valid recipient');
  });
});
