import { describe, expect, it } from 'vitest';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { enrollmentPolicy } from './policy.ts';

const others = { '1e-3': 0.25, '1e-4': 0.31, '1e-5': 0.36 };

describe('enrollmentPolicy', () => {
  it.each([
    [thresholds, '1e-4', 0.412, 0.477],
    [thresholds, '1e-5', 0.477, 0.477],
    [others, '1e-4', 0.31, 0.36],
    [others, '1e-3', 0.25, 0.36],
  ] as const)(
    'enrollmentPolicy takes its thresholds from the model pack: %o at the false accept rate %s',
    (pack, far, changed, duplicate) => {
      const policy = enrollmentPolicy({ thresholds: pack, far, requiredBins: 3, timeout: 1, asks: false });
      expect(policy.changedBelow).toBe(changed);
      expect(policy.duplicateThreshold).toBe(duplicate);
    },
  );
});
