/** What each setting is called, what its values are called, and what follows from a value, in one sentence. */
import { msg, str } from '@lit/localize';
import { LEVELS } from '#protocol/recognition.ts';
import type { SettingKey, SettingPart } from '#protocol/settings.ts';
import { number, plural } from '../../locales/intl.ts';

export function partText(part: SettingPart): { title: string; intro: string } {
  const texts: Record<SettingPart, { title: string; intro: string }> = {
    recognition: {
      title: msg('Recognition'),
      intro: msg('How sure Muster must be of a face, and how near it must be.'),
    },
    liveness: {
      title: msg('Photo detection'),
      intro: msg('What happens when someone holds a photo or a screen up to a camera.'),
    },
    punches: {
      title: msg('Punches'),
      intro: msg('What is kept with a punch, and how new stations and cameras begin.'),
    },
    enrollment: { title: msg('Enrollment'), intro: msg('How faces are captured.') },
    retention: {
      title: msg('Retention'),
      intro: msg('How long data is kept. It is checked daily; what is deleted cannot be recovered.'),
    },
    exports: { title: msg('Exports'), intro: msg('What files of lists and reports look like.') },
  };
  return texts[part];
}

export function settingName(key: SettingKey): string {
  const texts: Record<SettingKey, string> = {
    MUSTER_FAR: msg('Security level'),
    MUSTER_MIN_FACE: msg('Smallest face (of the height of the picture, 0.01 to 0.9)'),
    MUSTER_LIVENESS: msg('A face that may be a picture'),
    MUSTER_CHALLENGE: msg('Quick check'),
    MUSTER_MIN_GAP_SECONDS: msg('Minimum time between punches (seconds)'),
    MUSTER_SNAPSHOTS: msg('Pictures of punches'),
    MUSTER_SELF_ENROLLMENT: msg('Faces captured by invitation'),
    MUSTER_ENROLLMENT_BINS: msg('Angles besides the front'),
    MUSTER_ENROLLMENT_TIMEOUT_SECONDS: msg('Time for a capture (seconds)'),
    MUSTER_KEEP_TEMPLATES_DAYS: msg('Face templates, PIN and badge of people who have left'),
    MUSTER_KEEP_CAPTURES_DAYS: msg('Faces captured by invitation that nobody has decided on'),
    MUSTER_KEEP_SNAPSHOTS_DAYS: msg('Pictures of punches'),
    MUSTER_KEEP_DECISIONS_DAYS: msg('Why faces were recognized or not'),
    MUSTER_KEEP_PUNCHES_DAYS: msg('Punches'),
    MUSTER_KEEP_AUDIT_DAYS: msg('Audit trail'),
    MUSTER_EXPORT_FORMAT: msg('Format for other programs'),
    MUSTER_EXPORT_DELIMITER: msg('Separator of CSV files'),
  };
  return texts[key];
}

/** Of a setting that takes one of a few values. */
export function optionName(key: SettingKey, option: string): string {
  const texts: Partial<Record<SettingKey, Record<string, string>>> = {
    MUSTER_FAR: {
      '1e-3': msg('Convenient'),
      '1e-4': msg('Balanced'),
      '1e-5': msg('Strict'),
      '1e-6': msg('Strictest'),
    },
    MUSTER_LIVENESS: {
      off: msg('Off', { id: 'photo-detection-off' }),
      warn: msg('Recorded and marked'),
      require: msg('Rejected'),
    },
    MUSTER_CHALLENGE: {
      never: msg('Never'),
      doubtful: msg('When in doubt'),
      auto: msg('Unless the face has shown depth'),
      always: msg('Always'),
    },
    MUSTER_SNAPSHOTS: { off: msg('Not kept'), punches: msg('One with each punch') },
    MUSTER_SELF_ENROLLMENT: { confirm: msg('HR confirms each one'), automatic: msg('Count at once') },
    MUSTER_EXPORT_FORMAT: { xlsx: msg('Excel (XLSX)'), csv: msg('CSV') },
    MUSTER_EXPORT_DELIMITER: {
      language: msg('By language'),
      comma: msg('Comma'),
      semicolon: msg('Semicolon'),
      tab: msg('Tab'),
    },
  };
  return texts[key]?.[option] ?? option;
}

/** What follows from this value; null where what is installed decides. */
export function consequence(key: SettingKey, value: string | null): string {
  const texts: Record<SettingKey, () => string> = {
    MUSTER_FAR: () => levelConsequence(value),
    MUSTER_MIN_FACE: () => {
      const percent = number(Math.round(Number(value) * 1000) / 10);
      return msg(
        str`A face in an enrollment, and at devices added from now on, must fill at least ${percent} % of the height of the picture.`,
      );
    },
    MUSTER_LIVENESS: () => livenessConsequence(value),
    MUSTER_CHALLENGE: () => challengeConsequence(value),
    MUSTER_MIN_GAP_SECONDS: () =>
      msg(
        'At devices added from now on, whoever passes again within this time gets no second punch. Existing devices have a setting of their own.',
      ),
    MUSTER_SNAPSHOTS: () =>
      value === 'punches'
        ? msg(
            'An encrypted picture of the face is kept with each punch. Tell your staff before you turn this on.',
          )
        : msg('No pictures are kept.'),
    MUSTER_SELF_ENROLLMENT: () =>
      value === 'automatic'
        ? msg('A new face counts at once, unless the person is enrolled already or looks like somebody else.')
        : msg('A new face counts after HR has looked at it.'),
    MUSTER_ENROLLMENT_BINS: () =>
      msg('With more angles, people are recognized more reliably, and a capture takes longer.'),
    MUSTER_ENROLLMENT_TIMEOUT_SECONDS: () =>
      msg('After this time, a capture ends without a result and can be started again.'),
    MUSTER_KEEP_TEMPLATES_DAYS: () =>
      keptFor(value, msg('They are deleted this long after the person has left.')),
    MUSTER_KEEP_CAPTURES_DAYS: () => keptFor(value, msg('They are deleted this long after the capture.')),
    MUSTER_KEEP_SNAPSHOTS_DAYS: () => keptFor(value, msg('They are deleted this long after the punch.')),
    MUSTER_KEEP_DECISIONS_DAYS: () =>
      Number(value) === 0
        ? msg('Nothing is kept: nobody can find out later why a face was recognized or not.')
        : msg('The numbers behind each decision of a camera are deleted after this time.'),
    MUSTER_KEEP_PUNCHES_DAYS: () =>
      keptFor(
        value,
        msg(
          'Older punches are deleted, with their corrections and closed months. Check how long your law requires them.',
        ),
      ),
    MUSTER_KEEP_AUDIT_DAYS: () => keptFor(value, msg('Older events are deleted.')),
    MUSTER_EXPORT_FORMAT: () =>
      msg(
        'Programs that fetch a list or a report without naming a format get this one. On pages, you choose.',
      ),
    MUSTER_EXPORT_DELIMITER: () =>
      value === 'language'
        ? msg(
            'Files in English are separated by commas, files in other languages by semicolons, as Excel expects.',
          )
        : msg('All CSV files of lists and reports are separated in this way.'),
  };
  return texts[key]();
}

/** A value in words, as in “Default: Balanced”. */
export function valueText(key: SettingKey, value: string | null): string {
  if (value === null) return msg('Depends on what is installed');
  if (value === 'never' && isDays(key)) return msg('Forever');
  if (isDays(key))
    return plural(Number(value), { one: msg('1 day'), other: msg(str`${number(Number(value))} days`) });
  const asNumber = Number(value);
  return Number.isFinite(asNumber) && key !== 'MUSTER_FAR' ? number(asNumber) : optionName(key, value);
}

function isDays(key: SettingKey): boolean {
  return key.startsWith('MUSTER_KEEP_');
}

function keptFor(value: string | null, sentence: string): string {
  return value === 'never' ? msg('Nothing is deleted.') : sentence;
}

function levelConsequence(value: string | null): string {
  const level = LEVELS.find(({ far }) => far === value);
  const times = number(level?.oneIn ?? 0);
  return msg(
    str`A stranger is mistaken for a given person about once in ${times} comparisons. A stricter level refuses known people more often.`,
  );
}

function livenessConsequence(value: string | null): string {
  switch (value) {
    case 'off':
      return msg(
        'Nothing looks for photos. What stops them is the quick check, unless it is off or only in doubt.',
      );
    case 'warn':
      return msg(
        'The punch of the face is marked in the attendance. Before, the quick check asks it to move, unless that is off.',
      );
    case 'require':
      return msg('The face is not recognized. This stops most photos and screens, but not all.');
    default:
      return msg('Recorded and marked where the photo detection is installed, otherwise off.');
  }
}

function challengeConsequence(value: string | null): string {
  switch (value) {
    case 'never':
      return msg(
        'Nobody is asked to move. Without photo detection, a photo of a person checks in as that person.',
      );
    case 'auto':
      return msg(
        'Whoever turns the head a little while walking up passes at once. Anyone else is asked for one turn of the head, so that a photo does not get in.',
      );
    case 'always':
      return msg('Everyone must turn their head or make another movement at each check-in.');
    default:
      return msg(
        'Only a face that the photo detection takes for a picture must turn its head or make another movement. Without photo detection, a photo of a person checks in as that person.',
      );
  }
}
