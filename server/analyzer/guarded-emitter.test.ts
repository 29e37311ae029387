import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { GuardedEmitter } from './guarded-emitter.ts';

class Bell extends GuardedEmitter<{ rung: [times: number]; broken: [] }> {
  ring(times: number): void {
    this.tell('rung', times);
  }

  break(): void {
    this.tell('broken');
  }
}

function bell() {
  const logged: { event: string; err: { message: string } }[] = [];
  const write = (line: string) => logged.push(JSON.parse(line) as (typeof logged)[number]);
  return { bell: new Bell(pino({}, { write })), logged };
}

describe('GuardedEmitter', () => {
  it('outlives a listener that throws, and calls the others all the same', () => {
    const { bell: it, logged } = bell();
    const heard: number[] = [];
    it.on('rung', () => {
      throw new Error('too loud');
    });
    it.on('rung', (times) => heard.push(times));
    it.ring(1);
    it.ring(2);
    expect(heard).toEqual([1, 2]);
    expect(logged).toMatchObject([{ event: 'rung', err: { message: 'too loud' } }]);
  });

  it('logs each event and message once', () => {
    const { bell: it, logged } = bell();
    it.on('rung', (times) => {
      throw new Error(`loud ${times % 2}`);
    });
    it.on('broken', () => {
      throw new Error('loud 1');
    });
    for (let i = 0; i < 10; i += 1) it.ring(i);
    it.break();
    expect(logged.map(({ event, err }) => `${event} ${err.message}`)).toEqual([
      'rung loud 0',
      'rung loud 1',
      'broken loud 1',
    ]);
  });

  it('calls a listener for one time one time', () => {
    const { bell: it } = bell();
    const heard: number[] = [];
    it.once('rung', (times) => heard.push(times));
    it.ring(1);
    it.ring(2);
    expect(heard).toEqual([1]);
  });
});
