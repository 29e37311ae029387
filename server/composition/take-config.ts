import { type Config, ConfigLayers } from '../../config/config.ts';
import { SECRET_VARIABLES } from '../../config/variables.ts';

/**
 * Reads the variables and removes the secrets from the environment: the database, the media workers and the analyzers must not
 * inherit them. Throws OperatorError as `loadConfig` does.
 */
export function takeLayers(env: NodeJS.ProcessEnv = process.env): ConfigLayers {
  const layers = new ConfigLayers(env);
  for (const name of SECRET_VARIABLES) delete env[name];
  return layers;
}

/** The same for a program that needs no settings of the database. */
export function takeConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return takeLayers(env).config;
}
