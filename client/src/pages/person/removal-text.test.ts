import { describe, expect, it } from 'vitest';
import { removalText } from './removal-text.ts';

describe('the result of removing a face', () => {
  it('the result of removing a face says "everywhere" only when all analyzers have confirmed', () => {
    expect(removalText({ analyzers: 2, threads: 3, everywhere: true })).toMatch(
      /^Removed everywhere.*2 analyzers/,
    );
    expect(removalText({ analyzers: 1, threads: 1, everywhere: false })).not.toMatch(/everywhere/i);
  });

  it('the result of removing a face names no confirmation where no analyzer was running', () => {
    expect(removalText({ analyzers: 1, threads: 0, everywhere: true })).not.toMatch(/analyzer/);
  });
});
