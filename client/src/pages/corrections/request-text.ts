/** Corrections and requests for absence, as one list shows both. */
import { msg } from '@lit/localize';
import type { AbsenceRequestState, AbsenceRequestView } from '#protocol/absence-requests.ts';
import type { CorrectionView } from '#protocol/corrections.ts';
import { absenceText } from '../plan/absence-text.ts';
import { correctionText, stateKind, stateText } from './correction-text.ts';

/** What somebody asked for. */
export type Asked =
  | { is: 'correction'; id: string; of: CorrectionView }
  | { is: 'absence'; id: string; of: AbsenceRequestView };

export function askedCorrection(of: CorrectionView): Asked {
  return { is: 'correction', id: of.id, of };
}

export function askedAbsence(of: AbsenceRequestView): Asked {
  return { is: 'absence', id: of.id, of };
}

/** Newest first. */
export function byTime(a: Asked, b: Asked): number {
  return a.of.author.at < b.of.author.at ? 1 : -1;
}

export function personText({ of }: Asked): string {
  return of.person?.displayName ?? msg('Several people');
}

/** What it is about, in one line. */
export function askedText({ is, of }: Asked): string {
  return is === 'correction' ? correctionText(of) : absenceText(of);
}

/** What its author wrote; blank where that is nothing. */
export function reasonText({ is, of }: Asked): string {
  return is === 'correction' ? of.reason : of.note;
}

/** What the decider wrote; blank where that is nothing. */
export function answerText({ is, of }: Asked): string {
  return (is === 'correction' ? of.note : of.answer) ?? '';
}

/** The chip of its state: class and text. */
export function stateChip({ is, of }: Asked): { kind: string; text: string } {
  if (is === 'correction') return { kind: stateKind(of.state), text: stateText(of.state) };
  const chips: Record<AbsenceRequestState, { kind: string; text: string }> = {
    waiting: { kind: stateKind('waiting'), text: stateText('waiting') },
    approved: { kind: stateKind('applied'), text: msg('Approved') },
    refused: { kind: stateKind('refused'), text: stateText('refused') },
    withdrawn: { kind: stateKind('withdrawn'), text: stateText('withdrawn') },
  };
  return chips[of.state];
}
