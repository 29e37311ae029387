/** What to tell a reader about an error, in the language of the page. */
import { msg, str } from '@lit/localize';
import { detailsOf, type FieldFault } from '#protocol/error.ts';
import { dateFormat } from '../locales/intl.ts';
import { language } from '../locales/language.ts';
import { FAULTS, SENTENCES } from '../locales/server-texts.ts';
import { ClientError, type ClientErrorCode } from '../session/client-error.ts';

/** Each says what happened and, if the reader can do something about it, what. */
const TEXTS: Record<ClientErrorCode, () => string> = {
  network: () => msg('The server cannot be reached. Check the connection and try again.'),
  'not-connected': () => msg('The connection to the server was lost. Reconnecting …'),
  timeout: () => msg('The server took too long to answer. Please try again.'),
  'capture-lost': () => msg('The server keeps ending this capture. Start over, or come back later.'),
  'capture-ended': () =>
    msg('This capture has ended: another one was started, or nothing happened for too long.'),
  'page-fault': () => msg('Something went wrong. Reload the page and try again.'),
  internal: () => msg('Something went wrong on the server. Please try again.'),
  'bad-request': () => msg('The server did not understand this. Reload the page and try again.'),
  'unknown-method': () => msg('The server did not understand this. Reload the page and try again.'),
  'validation-failed': () => msg('Please check what you entered.'),
  unauthenticated: () => msg('Please sign in.'),
  'second-factor-needed': () => msg('Enter the code from your authenticator app.'),
  'reauthentication-needed': () => msg('Please confirm that it is you.'),
  forbidden: () => msg('You do not have permission to do this.'),
  'not-found': () => msg('This no longer exists. Reload the page to see the current state.'),
  'precondition-failed': () =>
    msg('Someone else changed this in the meantime. Reload the page and try again.'),
  conflict: () => msg('Someone else changed this in the meantime. Reload the page and try again.'),
  'duplicate-face': () => msg('This face is already enrolled for another person.'),
  'rate-limited': () => msg('Too many attempts. Wait a moment and try again.'),
  'picture-too-large': () =>
    msg('The pictures of this camera are too large. Choose a lower resolution, and start again.'),
  'method-not-allowed': () => msg('The server did not understand this. Reload the page and try again.'),
  'wrong-content-type': () => msg('The server did not understand this. Reload the page and try again.'),
  'video-unsupported': () => msg('The video of this camera cannot be decoded here.'),
  'too-large': () => msg('This is too large to send.'),
  'wrong-state': () => msg('This is not possible at the moment. Reload the page and try again.'),
  'database-unavailable': () =>
    msg('The server cannot save anything at the moment. Check-ins are kept. Please try again later.'),
  'viewing-off': () => msg('Live pictures are switched off at this site.'),
  'view-limit': () => msg('Too many pictures are being watched. It is tried again in a moment.'),
  'mail-failed': () => msg('The mail server did not take the message. Try again in a few minutes.'),
  'media-unavailable': () => msg('Video is not available at the moment. It will be back shortly.'),
  'analyzer-unavailable': () =>
    msg('Face recognition is not available at the moment. It will be back shortly.'),
};

/**
 * The server's sentences are written in English for callers of the API, and they say more than a code does. Those that a
 * page can provoke have a text of their own (`server-texts.test.ts`); the others are shown only on English pages, and others
 * show the text of the code. A fault of the page itself becomes a general sentence; the console has the rest.
 */
export function errorText(error: unknown): string {
  const known = ClientError.of(error);
  const by = detailsOf(known, 'precondition-failed');
  if (by?.changedBy) return changedText(by.changedBy, by.changedAt);
  if (known.fromServer && known.code !== 'internal') {
    const text = SENTENCES[known.message];
    if (text) return text();
    // A fault of a field, where there is no field to stand below: why a shift cannot be removed, for example.
    const fault = known.faults.find(({ message }) => FAULTS[message]);
    if (fault) return faultText(fault);
    if (language() === 'en') return known.message;
  }
  return (TEXTS[known.code] ?? TEXTS.internal)();
}

/** Where a form merges both changes, see `shared-edit`; this is for acts that are done or not. */
function changedText(by: string, at: string | null): string {
  if (at === null) {
    return msg(
      str`${by} has changed this in the meantime. Reload the page, look at the change, and try again.`,
    );
  }
  const when = dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
  return msg(
    str`${by} has changed this in the meantime (${when}). Reload the page, look at the change, and try again.`,
  );
}

/** What to say below a field. */
export function faultText(fault: FieldFault): string {
  const text = FAULTS[fault.message];
  if (text) return text();
  if (language() === 'en') return sentence(fault.message);
  return msg('Please check this entry.');
}

/** The server's messages follow the name of the field ("number is missing"); below the field they stand alone. */
function sentence(fault: string): string {
  return `${fault.charAt(0).toUpperCase()}${fault.slice(1)}`;
}
