import { describe, expect, it } from 'vitest';
import type { GalleryEntry } from '../protocol/analyzer.ts';
import { KeptGallery } from './kept-gallery.ts';

const entry = (personId: string, ...firsts: number[]): GalleryEntry => ({
  personId,
  contract: 'test@1/4',
  embeddings: firsts.map((first) => Float32Array.of(first, 0, -0.5, 1e-7)),
});
const gone = () => Promise.reject(new Error('the database is away'));

/** The gallery while the database is away, and the fault that was reported. */
async function kept(gallery: KeptGallery) {
  const faults: unknown[] = [];
  const entries = await gallery.from(gone, (error) => faults.push(error));
  return { entries, faults };
}

describe('KeptGallery', () => {
  it('a gallery that cannot be loaded is the one that was loaded last, with every change since', async () => {
    const gallery = new KeptGallery();
    const all = Array.from({ length: 450 }, (_, i) => entry(`p${i}`, i, i + 0.5));
    expect(
      await gallery.from(
        async () => all,
        () => {},
      ),
    ).toBe(all);
    gallery.remove('p0');
    gallery.upsert(entry('p1', 99));
    gallery.upsert(entry('new', 7));
    const { entries, faults } = await kept(gallery);
    expect(entries).toEqual([entry('p1', 99), ...all.slice(2), entry('new', 7)]);
    expect(faults).toEqual([new Error('the database is away')]);
  });

  it('the gallery that is kept knows who looks like whom', async () => {
    const gallery = new KeptGallery();
    const alike = [{ ...entry('a', 1), lookAlikes: ['b'] }, entry('c', 3)];
    await gallery.from(
      async () => alike,
      () => {},
    );
    expect([gallery.has('a'), gallery.has('b')]).toEqual([true, false]);
    gallery.upsert({ ...entry('b', 2), lookAlikes: ['a'] });
    expect(gallery.has('b')).toBe(true);
    expect((await kept(gallery)).entries).toEqual([...alike, { ...entry('b', 2), lookAlikes: ['a'] }]);
  });

  it('a person who is removed while the gallery is being loaded is not in the gallery that is kept', async () => {
    const gallery = new KeptGallery();
    const loaded = Promise.withResolvers<GalleryEntry[]>();
    const loading = gallery.from(
      () => loaded.promise,
      () => {},
    );
    gallery.remove('a');
    gallery.upsert(entry('c', 3));
    loaded.resolve([entry('a', 1), entry('b', 2)]);
    await loading;
    expect((await kept(gallery)).entries).toEqual([entry('b', 2), entry('c', 3)]);
  });

  it('a gallery that was never loaded cannot be kept', async () => {
    await expect(new KeptGallery().from(gone, () => {})).rejects.toThrow('the database is away');
  });

  it('the gallery is read page by page in the order of ids, also while people come and go', async () => {
    const gallery = new KeptGallery();
    const all = ['c', 'a', 'e', 'b'].map((id, i) => entry(id, i));
    await gallery.from(
      async () => all,
      () => {},
    );
    const one = gallery.after(null, 1);
    expect(one).toEqual({ entries: [entry('a', 1)], next: 'a' });
    gallery.upsert(entry('d', 9));
    gallery.remove('b');
    expect(gallery.after('a', 500)).toEqual({ entries: [entry('c', 0), entry('d', 9)], next: 'd' });
    expect(gallery.after('d', 500)).toEqual({ entries: [entry('e', 2)], next: null });
    expect(gallery.after('e', 500)).toEqual({ entries: [], next: null });
    expect(gallery.of(['b', 'e'])).toEqual([entry('e', 2)]);
  });
});
