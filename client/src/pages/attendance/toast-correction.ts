import { msg } from '@lit/localize';
import type { CorrectionKind, CorrectionView } from '#protocol/corrections.ts';
import { toast } from '../../app/toasts.ts';

const DONE: Record<CorrectionKind, () => string> = {
  add: () => msg('Punch added'),
  void: () => msg('Punch removed'),
  merge: () => msg('Two records of a person merged'),
  move: () => msg('Punch moved'),
  change: () => msg('Punch changed'),
};

/** Says what became of a correction that was just sent: it counts, or it waits for a second person. */
export function toastCorrection({ kind, state }: Pick<CorrectionView, 'kind' | 'state'>): void {
  toast(state === 'waiting' ? msg('Sent for approval') : DONE[kind]());
}
