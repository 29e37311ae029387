/** Reports each fault of the page itself once to the server's log, so that an operator learns what a station met at night. */
import type { ClientFault } from '#protocol/client-fault.ts';
import { CLIENT_FAULT } from '#protocol/client-fault.ts';
import { api } from './api.ts';
import { isNotFetched } from './client-error.ts';

/** Most faults that one page reports: a broken page must not flood the server. */
const MOST = 5;
const reported = new Set<string>();

export function reportFault(thrown: unknown): void {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const key = `${name}: ${message}`;
  if (reported.has(key) || reported.size >= MOST) return;
  reported.add(key);
  const fault: ClientFault = {
    name: name.slice(0, CLIENT_FAULT.name),
    message: message.slice(0, CLIENT_FAULT.message),
    ...(thrown instanceof Error && thrown.stack && { stack: thrown.stack.slice(0, CLIENT_FAULT.stack) }),
    page: location.pathname.slice(0, CLIENT_FAULT.page),
  };
  // Without a server there is nobody to tell, and the console has it.
  api.clientFaults.report({ body: fault }).catch(() => {});
}

/** Reports whatever no page has caught. */
export function reportUncaught(): void {
  addEventListener('error', (event) => {
    // A script from elsewhere or a picture that does not load has no error.
    if (event.error !== undefined && event.error !== null) reportFault(event.error);
  });
  addEventListener('unhandledrejection', (event) => {
    if (!isNotFetched(event.reason)) reportFault(event.reason);
  });
}
