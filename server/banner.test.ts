import { describe, expect, it } from 'vitest';
import { banner } from './banner.ts';

const shown = (people: number, recognised: number) =>
  banner({
    httpPort: 8080,
    addresses: ['https://192.0.2.7:8443'],
    selfSigned: false,
    setupToken: null,
    reenrol: { people, recognised },
  });

describe('the banner', () => {
  it('is silent about enrolments where nobody must be enrolled again', () => {
    expect(shown(0, 0)).not.toMatch(/enrol/i);
  });

  it('says how many people must be, where they are listed, and who recognises them', () => {
    expect(shown(12, 12)).toMatch(
      /12 people: see http:\/\/localhost:8080\/people\?show=reenrol\n.* recognises them\./,
    );
    expect(shown(5, 3)).toMatch(/5 people[^]* recognises 3 of them\./);
    expect(shown(1, 0)).toContain('1 person: see');
    expect(shown(1, 0)).not.toContain('recognises');
  });
});
