import { describe, expect, it } from 'vitest';
import { detailName, detailValue } from './detail-text.ts';

describe('the details of an audit event', () => {
  it('an instant and a date are written as dates, not as they are recorded', () => {
    expect(detailValue('at', '2026-11-28T11:27:00.000Z')).toMatch(/^Nov 28, 2026, \d{1,2}:27:00\s[AP]M$/);
    expect(detailValue('workDate', '2026-11-28')).toBe('Nov 28, 2026');
  });

  it('a recorded word is an everyday one only under the names that use it', () => {
    expect(detailValue('kind', 'in')).toBe('In');
    expect(detailValue('source', 'sighting')).toBe('Face');
    expect(detailValue('name', 'in')).toBe('in');
    expect(detailValue('language', 'de')).toBe('Deutsch');
  });

  it('what has no text stays as recorded', () => {
    expect(detailName('issuer')).toBe('issuer');
    expect(detailValue('issuer', 'https://id.example.com')).toBe('https://id.example.com');
    expect(detailValue('at', 'elsewhere')).toBe('elsewhere');
  });
});
