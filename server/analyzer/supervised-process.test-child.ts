/** The program that supervised-process.test.ts supervises. Its first argument selects its behavior. */
import type { SupervisedMessage, SupervisorMessage } from './supervised-process.ts';

export type TestBehavior =
  | 'well'
  | 'crash-at-start'
  | 'fatal-at-start'
  | 'hang-at-start'
  | 'no-pong'
  | 'bloated'
  | 'deaf-to-close'
  | 'deaf-to-disconnect'
  | 'crash-once-ready';

export type TestOrder =
  SupervisorMessage | { type: 'echo'; numbers: Float32Array } | { type: 'exit'; code: number };
export type TestAnswer = SupervisedMessage | { type: 'echoed'; numbers: Float32Array; pid: number };

const behavior = process.argv[2] as TestBehavior;
const send = (message: TestAnswer) => process.send?.(message);

if (behavior === 'deaf-to-disconnect') setInterval(() => {}, 1_000);
else process.on('disconnect', () => process.exit(0));
process.on('message', (message: TestOrder) => {
  if (message.type === 'echo') send({ type: 'echoed', numbers: message.numbers, pid: process.pid });
  else if (message.type === 'exit') process.exit(message.code);
  else if (message.type === 'close' && behavior !== 'deaf-to-close') process.exit(0);
  else if (message.type === 'ping' && behavior !== 'no-pong') {
    send({ type: 'pong', at: message.at, rss: behavior === 'bloated' ? 2 ** 40 : process.memoryUsage.rss() });
  }
});

if (behavior === 'crash-at-start') process.exit(3);
if (behavior === 'fatal-at-start') send({ type: 'fatal', message: 'the model is missing' });
else if (behavior !== 'hang-at-start') send({ type: 'ready' });
if (behavior === 'crash-once-ready') process.exit(4);
