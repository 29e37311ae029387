/** A decision in one sentence, and what would have had to be different. */
import { msg, str } from '@lit/localize';
import type { DecisionKind, DecisionRow } from '#protocol/decisions.ts';
import { number, plural } from '../../locales/intl.ts';

type Numbers = Pick<DecisionRow, 'kind' | 'frames' | 'best' | 'live' | 'challenge' | 'depth' | 'thresholds'>;

export function kindText(kind: DecisionKind): string {
  const texts: Record<DecisionKind, string> = {
    recognized: msg('Recognized'),
    'challenge-passed': msg('Recognized after a quick check'),
    'challenge-failed': msg('Quick check failed'),
    'one-of-two': msg('One of two look-alikes'),
    'not-live': msg('Looked like a picture'),
    unknown: msg('Not recognized'),
  };
  return texts[kind];
}

/** Of a chip. */
export function kindColor(kind: DecisionKind): 'good' | 'info' | 'warn' | 'bad' | '' {
  const colors = {
    recognized: 'good',
    'challenge-passed': 'good',
    'challenge-failed': 'bad',
    'one-of-two': 'warn',
    'not-live': 'bad',
    unknown: '',
  } as const satisfies Record<DecisionKind, string>;
  return colors[kind];
}

/** Why it was decided like this. */
export function whyText(decision: Numbers): string {
  const texts: Record<DecisionKind, () => string> = {
    recognized: () => joined(recognizedText(decision), depthText(decision)),
    'challenge-passed': () =>
      joined(
        msg(str`${recognizedText(decision)} The movements of the quick check were made.`),
        depthText(decision),
      ),
    'challenge-failed': () => joined(challengeText(decision), depthText(decision)),
    'one-of-two': () =>
      msg(
        str`The face matches two people who look alike, and the two were less than ${figure(decision.thresholds.margin)} apart, so that nobody was named.`,
      ),
    'not-live': () => notLiveText(decision),
    unknown: () => unknownText(decision),
  };
  return texts[decision.kind]();
}

/** What would have let the face in; empty where it was let in. */
export function remedyTexts(decision: Numbers): string[] {
  const { kind, frames, thresholds } = decision;
  if (kind === 'recognized' || kind === 'challenge-passed') return [];
  if (kind === 'one-of-two') return [msg('At a station, the employee number tells which of the two it is.')];
  if (kind === 'challenge-failed') {
    return [
      msg(
        'Follow the instructions on the screen one by one, and stay in front of the camera until it is done.',
      ),
    ];
  }
  if (kind === 'not-live') {
    return [
      msg(
        'For a person: look into the camera itself, with light from the front and nothing in front of the face.',
      ),
    ];
  }
  const remedies: string[] = [];
  if (many(frames.far, frames.judged))
    remedies.push(msg('Come closer: in many frames the face was too small.'));
  if (many(frames.turned, frames.judged)) {
    remedies.push(
      msg(str`Look into the camera: in many frames the head was turned by more than ${thresholds.yaw}°.`),
    );
  }
  if (many(frames.dark, frames.judged))
    remedies.push(msg('More light: in many frames the face was too dark.'));
  if (many(frames.poor, frames.judged)) {
    remedies.push(msg('Hold still, and clean the lens: in many frames the face was blurred.'));
  }
  remedies.push(
    msg('If this person is enrolled, enroll the face again at this camera. If not, nothing is wrong.'),
  );
  return remedies;
}

function recognizedText({ frames, best, thresholds }: Numbers): string {
  const similarity = figure(best?.similarity ?? 0);
  const margin = figure(best?.margin ?? 0);
  const lead = msg(
    str`The best frame reached a similarity of ${similarity}, where ${figure(thresholds.similarity)} is needed, and was ${margin} ahead of any other person, where ${figure(thresholds.margin)} is needed.`,
  );
  if ((best?.similarity ?? 0) >= thresholds.strong && frames.agreeing < thresholds.agreeing) {
    return msg(str`${lead} From ${figure(thresholds.strong)} on, one frame is enough.`);
  }
  const agreeing = plural(frames.agreeing, {
    one: msg('1 frame agreed'),
    other: msg(str`${number(frames.agreeing)} frames agreed`),
  });
  return msg(str`${lead} ${agreeing}, where ${number(thresholds.agreeing)} are needed.`);
}

/** Whether the movement of the face told a head from a picture; empty where that did not count. */
function depthText({ depth }: Numbers): string {
  if (!depth) return '';
  const [measured, needed] = [tenth(depth.measured), tenth(depth.needed)];
  if (depth.measured >= depth.needed) {
    return msg(
      str`The face moved as a head does and no picture can: depth ${measured}, where ${needed} is needed.`,
    );
  }
  if (depth.measured <= -depth.needed) {
    return msg(str`The face moved as a picture does: depth ${measured}, where ${needed} is needed.`);
  }
  return msg(
    str`The face moved too little to tell a head from a picture: depth ${measured}, where ${needed} is needed.`,
  );
}

const joined = (...sentences: string[]) => sentences.filter((sentence) => sentence !== '').join(' ');

function challengeText({ challenge }: Numbers): string {
  const made = number(challenge?.made ?? 0);
  const asked = number(challenge?.asked ?? 0);
  const done = msg(str`${made} of ${asked} movements of the quick check were made.`);
  const faults: Record<string, () => string> = {
    time: () => msg('The time was up.'),
    'wrong-way': () => msg('Another movement was made than the one asked for.'),
    'too-soon': () => msg('A movement began before it was asked for.'),
    flat: () => msg('The face moved as a flat picture does.'),
    'face-changed': () => msg('Another face took its place.'),
    left: () => msg('The face left the picture.'),
  };
  const why = faults[challenge?.fault ?? '']?.() ?? '';
  return why === '' ? done : `${done} ${why}`;
}

function notLiveText({ live, thresholds }: Numbers): string {
  const needed = figure(thresholds.live ?? 0);
  if (live === null) return msg(str`Too few frames showed a live face: a liveness of ${needed} is needed.`);
  return msg(
    str`The face looked like a picture of a person: liveness ${figure(live)}, where ${needed} is needed.`,
  );
}

function unknownText({ frames, best, thresholds }: Numbers): string {
  if (!best) {
    return frames.compared === 0
      ? msg('No frame was good enough to compare the face.')
      : msg('Nobody is enrolled, so that there was nobody to compare the face with.');
  }
  if (best.similarity < thresholds.similarity) {
    return msg(
      str`The most similar enrolled person reached a similarity of ${figure(best.similarity)}, where ${figure(thresholds.similarity)} is needed.`,
    );
  }
  if (best.margin < thresholds.margin) {
    return msg(
      str`Two enrolled people were almost equally similar: ${figure(best.margin)} apart, where ${figure(thresholds.margin)} is needed.`,
    );
  }
  const compared = number(frames.compared);
  return msg(
    str`Too few frames agreed: of ${compared} frames that were compared, at least ${number(thresholds.agreeing)} must name the same person, and more than name nobody.`,
  );
}

/** A third of all frames. */
function many(part: number, all: number): boolean {
  return part * 3 >= all && part > 0;
}

export function tenth(value: number): string {
  return number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

export function figure(value: number): string {
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
