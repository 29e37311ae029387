/** `npm run analyzer`: an analyzer on a host of its own. It knows a message broker, and neither a database nor a key. */
import { createServer } from 'node:http';
import os from 'node:os';
import { inspect } from 'node:util';
import { analyzerHostFaults } from '../config/analyzer-host.ts';
import { recognitionSettings } from './analyzer/analyzer-pool.ts';
import { expectedPictures } from './analyzer/expected-pictures.ts';
import { openBroker } from './broker/broker.ts';
import { inboxOf } from './broker/permissions.ts';
import { takeConfig } from './composition/take-config.ts';
import { RemoteAnalyzer } from './fleet/remote-analyzer.ts';
import { createLog } from './log.ts';
import { OperatorError } from './operator-error.ts';

async function start(): Promise<void> {
  const faults = analyzerHostFaults(process.env);
  if (faults.length > 0) throw new OperatorError(faults.join('\n'));
  const config = takeConfig();
  const log = createLog(config.logLevel);
  const { nats: broker, analyzer, models } = config;
  if (!broker) throw new OperatorError('An analyzer on a host of its own needs MUSTER_NATS_URL.');
  const name = broker.analyzerName ?? os.hostname().toLowerCase().split('.')[0]!;
  const nats = await openBroker({ ...broker, name: `analyzer ${name}`, inbox: inboxOf(name), log });
  const fatal = (message: string) => {
    log.fatal({ event: 'analyzer.gave-up', reason: message }, 'the analyzer ends');
    process.exit(1);
  };
  const remote = await RemoteAnalyzer.open({
    name,
    nats,
    memoryLimitMb: analyzer.memoryLimitMb,
    settings: {
      pack: models.pack,
      former: models.former === 'auto' || models.former === 'none' ? null : models.former,
      cacheDir: models.cacheDir,
      // Until the first server says which.
      recognition: recognitionSettings(config, 'off'),
      decoderPack: analyzer.decoderPack,
      pictureLimit: analyzer.pictureLimit,
      threads: analyzer.threads,
      providers: analyzer.providers,
      pictures: expectedPictures([analyzer.minFace]),
      timecode: analyzer.timecode,
      logLevel: config.logLevel,
    },
    onFatal: fatal,
    log,
  });
  const health = createServer((_request, response) => {
    const { state } = remote;
    response.writeHead(state.ok ? 200 : 503, { 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify(state)}\n`);
  }).listen(broker.healthPort, '127.0.0.1');
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    health.close();
    remote.drain().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.stdout.write(`Analyzer ${name} is running.\n`);
}

try {
  await start();
} catch (error) {
  const isKnown = error instanceof OperatorError;
  const sentence = isKnown || !(error instanceof Error) ? (error as Error).message : inspect(error);
  process.stderr.write(`The analyzer cannot start. ${sentence}\n`);
  process.exit(1);
}
