import { type Config, loadConfig } from '../../config/config.ts';
import { SECRET_VARIABLES } from '../../config/variables.ts';

/**
 * Loads the configuration and removes the secrets from the environment: the database, the media workers and the
 * analyzers must not inherit them. Throws OperatorError as `loadConfig` does.
 */
export function takeConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const config = loadConfig(env);
  for (const name of SECRET_VARIABLES) delete env[name];
  return config;
}
