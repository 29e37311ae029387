/** Tokens of integrations. */
import { z } from 'zod';
import { id, instant, next, title } from './fields.ts';
import { TOKEN_SCOPES } from './permissions.ts';

const scope = z.enum(TOKEN_SCOPES, { error: `is not one of ${TOKEN_SCOPES.join(', ')}` });

export const newApiToken = z.strictObject({
  name: title,
  scopes: z
    .array(scope)
    .min(1, { error: 'names nothing that it may do' })
    .transform((scopes) => [...new Set(scopes)]),
  days: z.int().min(1, { error: 'is less than a day' }).max(366, { error: 'is longer than a year' }),
});
export type NewApiToken = z.infer<typeof newApiToken>;

export const apiTokenView = z
  .strictObject({
    id,
    name: z.string(),
    scopes: z.array(scope),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.nullable(),
    state: z
      .enum(['active', 'ended'])
      .describe('`ended`: revoked, expired, or its creator may no longer create tokens.'),
  })
  .meta({ id: 'ApiToken' });
export type ApiTokenView = z.infer<typeof apiTokenView>;

export const apiTokensView = z.strictObject({ tokens: z.array(apiTokenView), next });

export const newApiTokenView = z
  .strictObject({
    secret: z.string().describe('Shown once: `Authorization: Bearer …`.'),
    token: apiTokenView,
  })
  .meta({ id: 'NewApiToken' });
export type NewApiTokenView = z.infer<typeof newApiTokenView>;
