/** That the server is away, and how many punches wait or were delivered, in numbers. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Delivered } from '../../claims/claim-outbox.ts';
import { number, plural } from '../../locales/intl.ts';

export interface OfflineState {
  /** The server does not answer. */
  away: boolean;
  /** Whether this station can keep punches. */
  able: boolean;
  waiting: number;
  /** The last delivery. */
  delivered: Delivered | null;
}

export function offlineNotice({ away, able, waiting, delivered }: OfflineState) {
  const lines = [
    away && (able ? msg('No connection to the server') : msg('No connection: nothing can be kept here')),
    waiting > 0 && waitingText(waiting),
    !away && waiting === 0 && delivered && deliveredText(delivered),
  ].filter((line) => typeof line === 'string');
  if (lines.length === 0) return nothing;
  return html`<div
    class="offline"
    role="status"
    data-test="offline"
    data-away=${away}
    data-waiting=${waiting}
  >
    <wa-icon name=${away ? 'circle-alert' : 'clock'}></wa-icon>${lines.join(' · ')}
  </div>`;
}

export function waitingText(waiting: number): string {
  return plural(waiting, {
    one: msg('1 punch is waiting'),
    other: msg(str`${number(waiting)} punches are waiting`),
  });
}

/** What became of the kept punches. */
export function deliveredText({ booked, refused }: Delivered): string {
  return refused > 0
    ? msg(str`Kept punches booked: ${number(booked)}; refused: ${number(refused)}`)
    : msg(str`Kept punches booked: ${number(booked)}`);
}
