import { msg, str } from '@lit/localize';
import type { Question } from '../../components/confirm-dialog.ts';

export function revokeQuestion(name: string): Question {
  return {
    title: msg(str`Revoke the link of ${name}?`),
    text: msg('It stops working immediately, also while a face is being captured.'),
    act: msg('Revoke link'),
  };
}
