import { describe, expect, it } from 'vitest';
import { removalText } from './removal-text.ts';

describe('the result of removing a face', () => {
  it('the result of removing a face says "everywhere" only when all analyzers have confirmed', () => {
    expect(removalText({ analyzers: 2, threads: 3, expired: 0, everywhere: true })).toMatch(
      /^Removed everywhere.*2 analyzers/,
    );
    expect(removalText({ analyzers: 1, threads: 1, expired: 0, everywhere: false })).not.toMatch(
      /everywhere/i,
    );
  });

  it('the result of removing a face names no confirmation where no analyzer was running', () => {
    expect(removalText({ analyzers: 1, threads: 0, expired: 0, everywhere: true })).not.toMatch(/analyzer/);
  });

  it('the result of removing a face says that an analyzer out of reach has forgotten everybody', () => {
    expect(removalText({ analyzers: 3, threads: 2, expired: 1, everywhere: true })).toMatch(
      /out of reach.*forgotten/,
    );
  });
});
