import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { GuardedEmitter } from './guarded-emitter.ts';

class Bell extends GuardedEmitter<{ rung: [times: number]; broken: [] }> {
  ring(times: number): void {
    this.emitGuarded('rung', times);
  }

  break(): void {
    this.emitGuarded('broken');
  }
}

function createBell() {
  const logged: { emitted: string; err: { message: string } }[] = [];
  const write = (line: string) => logged.push(JSON.parse(line) as (typeof logged)[number]);
  return { bell: new Bell(pino({}, { write })), logged };
}

describe('GuardedEmitter', () => {
  it('a guarded emitter survives a listener that throws and still calls the other listeners', () => {
    const { bell, logged } = createBell();
    const heard: number[] = [];
    bell.on('rung', () => {
      throw new Error('too loud');
    });
    bell.on('rung', (times) => heard.push(times));
    bell.ring(1);
    bell.ring(2);
    expect(heard).toEqual([1, 2]);
    expect(logged).toMatchObject([
      { event: 'listener.failed', emitted: 'rung', err: { message: 'too loud' } },
    ]);
  });

  it('logs each combination of event and error message once', () => {
    const { bell, logged } = createBell();
    bell.on('rung', (times) => {
      throw new Error(`loud ${times % 2}`);
    });
    bell.on('broken', () => {
      throw new Error('loud 1');
    });
    for (let i = 0; i < 10; i += 1) bell.ring(i);
    bell.break();
    expect(logged.map(({ emitted, err }) => `${emitted} ${err.message}`)).toEqual([
      'rung loud 0',
      'rung loud 1',
      'broken loud 1',
    ]);
  });

  it('a guarded emitter calls a listener registered with once() only once', () => {
    const { bell } = createBell();
    const heard: number[] = [];
    bell.once('rung', (times) => heard.push(times));
    bell.ring(1);
    bell.ring(2);
    expect(heard).toEqual([1]);
  });
});
