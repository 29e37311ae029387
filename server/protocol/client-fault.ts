/** A fault of a page itself, as the page reports it to the server's log. */
import { z } from 'zod';
import './no-eval.ts';

/** Most characters of each part. */
export const CLIENT_FAULT = { name: 64, message: 512, stack: 2_048, page: 128 } as const;

export const clientFault = z.strictObject({
  name: z.string().max(CLIENT_FAULT.name).describe('Class of the error, such as `TypeError`.'),
  message: z.string().max(CLIENT_FAULT.message),
  stack: z.string().max(CLIENT_FAULT.stack).optional(),
  page: z.string().max(CLIENT_FAULT.page).describe('Path of the page.'),
});
export type ClientFault = z.infer<typeof clientFault>;
