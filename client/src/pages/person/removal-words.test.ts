import { describe, expect, it } from 'vitest';
import { removalWords } from './removal-words.ts';

describe('removalWords', () => {
  it('says that a face is gone everywhere only where all have confirmed it', () => {
    expect(removalWords({ analyzers: 2, threads: 3, everywhere: true })).toMatch(
      /^Removed everywhere.*2 analyzers with 3 vision threads/,
    );
    expect(removalWords({ analyzers: 1, threads: 1, everywhere: false })).not.toMatch(/everywhere/i);
  });

  it('counts nobody who was not there to be asked', () => {
    expect(removalWords({ analyzers: 1, threads: 0, everywhere: true })).not.toMatch(/analyzer/);
  });
});
