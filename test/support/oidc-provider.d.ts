/** Types for the part of the package that the tests use: the package has no types of its own. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export interface Configuration {
    clients: {
      client_id: string;
      client_secret: string;
      redirect_uris: string[];
      grant_types: string[];
      response_types: string[];
    }[];
    claims: Record<string, string[]>;
    findAccount: (
      context: unknown,
      subject: string,
    ) => { accountId: string; claims: () => { sub: string } & Record<string, unknown> } | undefined;
    features: { devInteractions: { enabled: boolean } };
    cookies: { keys: string[] };
    pkce: { required: () => boolean };
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): RequestListener;
  }
}
