/**
 * An analyzer as a child process of a server. AnalyzerPool starts it with its settings as the only argument; it speaks
 * `ServerToAnalyzer` and `AnalyzerToServer` with its parent.
 */
import { pino } from 'pino';
import type { AnalyzerToServer, ServerToAnalyzer } from '../protocol/analyzer.ts';
import { machineNow } from '../time/machine-clock.ts';
import { wallTimeOf } from '../time/steady-clock.ts';
import { Analyzer } from './analyzer.ts';
import type { AnalyzerSettings } from './settings.ts';

/** The only server of this analyzer. */
const PARENT = 'parent';

const settings = JSON.parse(process.argv[2] ?? 'null') as AnalyzerSettings;
const log = pino({ level: settings.logLevel, base: { pid: process.pid, program: 'analyzer' } });

function send(message: AnalyzerToServer): void {
  // The parent may be exiting; the `disconnect` event ends this process then.
  if (!process.connected) return;
  const sent = message.type === 'observation' ? { ...message, sent: machineNow() } : message;
  process.send?.(sent, undefined, undefined, () => {});
}

/** The parent kills a child that sends this. */
function fatal(message: string): void {
  log.fatal({ event: 'analyzer.gave-up', reason: message }, 'the analyzer gives up');
  if (process.connected) send({ type: 'fatal', message });
  else process.exit(1);
}

/** Like `fatal`, during the start: never resolves, because the start cannot continue while the parent kills us. */
function giveUp(message: string): Promise<never> {
  fatal(message);
  return new Promise(() => {});
}

let analyzer: Analyzer | null = null;

async function close(): Promise<void> {
  await analyzer?.close();
  process.exit(0);
}

process.on('disconnect', () => void close());
// A terminal or a service manager signals the whole process group. The parent decides, by `close` or by exiting.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

// One machine has one clock.
const timeAt = (_server: string, steady: number) => wallTimeOf(steady);
const opened = await Analyzer.open({ settings, send, timeAt, onFatal: fatal, log }).catch((error: Error) =>
  giveUp(error.message),
);
analyzer = opened;

process.on('message', (message: ServerToAnalyzer) => {
  const followed = message.type === 'close' ? close() : opened.follow(message, PARENT);
  followed.catch((error: unknown) =>
    log.error(
      { event: 'message.failed', type: message.type, err: error },
      'a message of the server could not be followed',
    ),
  );
});
if (!process.connected) await close();
send({
  type: 'ready',
  pid: process.pid,
  contract: opened.pack.contract,
  execution: opened.execution,
  threads: opened.threads,
});
