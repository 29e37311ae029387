import { describe, expect, it } from 'vitest';
import { banner } from './banner.ts';

const shown = (people: number, recognized: number) =>
  banner({
    httpPort: 8080,
    addresses: ['https://192.0.2.7:8443'],
    selfSigned: false,
    setupToken: null,
    reenroll: { people, recognized },
  });

describe('the banner', () => {
  it('the banner does not mention enrollment where nobody must be enrolled again', () => {
    expect(shown(0, 0)).not.toMatch(/enroll/i);
  });

  it('the banner says how many people must be enrolled again, where they are listed, and how many the previous pack recognizes', () => {
    expect(shown(12, 12)).toMatch(
      /12 people: see http:\/\/localhost:8080\/people\?show=reenroll\n.* recognizes them\./,
    );
    expect(shown(5, 3)).toMatch(/5 people[^]* recognizes 3 of them\./);
    expect(shown(1, 0)).toContain('1 person: see');
    expect(shown(1, 0)).not.toContain('recognizes');
  });
});
