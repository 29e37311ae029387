import { expect, it } from 'vitest';
import { takeConfig } from './take-config.ts';

it('a program that has taken its configuration passes no secret on to the processes that it starts', () => {
  const secrets = {
    DATABASE_URL: 'postgresql://muster:s3cret@localhost/muster',
    MUSTER_KEY_STORE: 'postgresql://muster:s3cret@localhost/muster_keys',
    MUSTER_MASTER_KEY: Buffer.alloc(32, 's3cret').toString('base64'),
    MUSTER_OIDC_CLIENT_SECRET: 's3cret',
  };
  const provider = {
    MUSTER_OIDC_ISSUER: 'https://login.example.org',
    MUSTER_OIDC_CLIENT_ID: 'muster',
    MUSTER_OIDC_ROLES: 'owner=admins',
  };
  const env: NodeJS.ProcessEnv = { ...secrets, PATH: '/usr/bin', ...provider };
  const config = takeConfig(env);
  expect(config.database.url).toBe(secrets.DATABASE_URL);
  expect(config.keys.masterKey).toBe(secrets.MUSTER_MASTER_KEY);
  expect(env).toEqual({ PATH: '/usr/bin', ...provider });
});

it('the command that gives the master key does not reach other processes either', () => {
  const env: NodeJS.ProcessEnv = { MUSTER_MASTER_KEY_COMMAND: 'vault read muster' };
  expect(takeConfig(env).keys.command).toEqual(['vault', 'read', 'muster']);
  expect(env).toEqual({});
});
