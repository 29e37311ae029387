/** Of two people who decide about one request, the second is told what the first has decided. */
import { msg, str } from '@lit/localize';
import { errorText } from '../../components/error-text.ts';
import { api } from '../../session/api.ts';
import { ClientError } from '../../session/client-error.ts';
import type { Asked } from './request-text.ts';

/** What to say about a decision that failed. */
export async function decisionFault(asked: Pick<Asked, 'is' | 'id'>, error: unknown): Promise<string> {
  const known = ClientError.of(error);
  return (known.code === 'conflict' && (await decidedText(asked))) || errorText(known);
}

/** Empty where nobody has decided. */
async function decidedText({ is, id }: Pick<Asked, 'is' | 'id'>): Promise<string> {
  if (is === 'absence') {
    const { state, decision } = await api.absenceRequests.get({ params: { id } });
    const name = decision?.name ?? '';
    if (state === 'withdrawn') return msg('The employee has withdrawn this request in the meantime.');
    if (state === 'refused') return msg(str`${name} has refused this absence in the meantime.`);
    return state === 'approved' ? msg(str`${name} has approved this absence in the meantime.`) : '';
  }
  const { state, decision } = await api.corrections.get({ params: { id } });
  const name = decision?.name ?? '';
  if (state === 'withdrawn') return msg('Its author has withdrawn this correction in the meantime.');
  if (state === 'refused') return msg(str`${name} has refused this correction in the meantime.`);
  return state === 'applied' ? msg(str`${name} has approved this correction in the meantime.`) : '';
}
