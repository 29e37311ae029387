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
  it('is silent about enrolments while the model pack is that of before', () => {
    expect(shown(0, 0)).not.toMatch(/enrol/i);
  });

  it('says how many people must be enrolled again, and where they are listed', () => {
    expect(shown(12, 12)).toMatch(/12 people[^]*localhost:8080\/people\?show=reenrol[^]*former pack/);
    expect(shown(1, 0)).toMatch(/1 person[^]*1 is not recognised/);
    expect(shown(5, 3)).toContain('2 are not recognised');
  });
});
