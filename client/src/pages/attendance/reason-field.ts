import { msg } from '@lit/localize';
import { CORRECTION_SHAPE } from '#protocol/corrections.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';

/** Why punches are corrected: the field of every form that does. */
export function reasonField(fault: string) {
  return textField({
    name: 'reason',
    label: msg('Reason'),
    hint: msg('For example “The station was off”'),
    required: true,
    maxlength: longest(CORRECTION_SHAPE.reason),
    fault,
  });
}
