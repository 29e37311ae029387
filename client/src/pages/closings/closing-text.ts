import { msg } from '@lit/localize';
import type { OpenItemView } from '#protocol/closings.ts';

export function openItemText(kind: OpenItemView['kind']): string {
  const texts: Record<OpenItemView['kind'], string> = {
    'missing-arrival': msg('Missing check-in'),
    'missing-departure': msg('Missing check-out'),
    'still-there': msg('The work day goes on'),
    'correction-waiting': msg('A correction waits for approval'),
    'absence-waiting': msg('A request for absence waits for approval'),
    'no-department': msg('Works without a department, so no manager looks at the hours'),
  };
  return texts[kind];
}
