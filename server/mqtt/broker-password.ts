/** The password for the broker: from a variable, a file or a command, read at each connection so that a new one is taken up. */
import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { secretOfCommand } from '../files/secret-command.ts';
import { MqttFault } from './mqtt-fault.ts';

/** Null where none is configured. Throws MqttFault `no-password`, whose cause never contains what was read. */
export async function brokerPassword({
  text,
  file,
  command,
}: NonNullable<Config['mqtt']>['password']): Promise<string | null> {
  try {
    if (file !== undefined) return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (command === undefined) return text ?? null;
    return await secretOfCommand({ command, name: 'MUSTER_MQTT_PASSWORD_COMMAND', thing: 'password' });
  } catch (error) {
    throw new MqttFault('no-password', error);
  }
}

/** Certificate authority of the broker, PEM. Null where none is configured. Throws MqttFault `not-trusted`. */
export async function brokerAuthority(file: string | null): Promise<string | null> {
  if (file === null) return null;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new MqttFault('not-trusted', error);
  });
}
