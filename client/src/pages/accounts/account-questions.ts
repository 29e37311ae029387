/** What is asked before an account is shut or gets a new link, wherever that is done. */
import { msg, str } from '@lit/localize';
import type { AccountView } from '#protocol/accounts.ts';
import type { Question } from '../../components/confirm-dialog.ts';

export function disableQuestion({ name }: AccountView): Question {
  return {
    title: msg(str`Disable ${name}?`),
    text: msg(str`${name} is signed out everywhere and cannot sign in until the account is enabled again.`),
    act: msg('Disable'),
  };
}

export function enableQuestion({ name }: AccountView): Question {
  return {
    title: msg(str`Enable ${name}?`),
    text: msg(str`${name} can sign in again.`),
    act: msg('Enable'),
    harmless: true,
  };
}

export function newLinkQuestion({ name, state }: AccountView): Question {
  if (state === 'invited') {
    return {
      title: msg(str`Create a new invitation for ${name}?`),
      text: msg('The previous link stops working.'),
      act: msg('New invitation'),
    };
  }
  return {
    title: msg(str`Reset the password of ${name}?`),
    text: msg(str`${name} is signed out everywhere and chooses a new password with a link that you share.`),
    act: msg('Reset password'),
  };
}
