import { describe, expect, it } from 'vitest';
import { parseEvent, parseResult } from './parse-result.ts';

const observation = JSON.stringify({ type: 'observation', frame: 7, faces: [] });
const enrollment = JSON.stringify({ type: 'enrollment', enrollment: 'e1' });
const attendance = JSON.stringify({ type: 'attendance', id: 's1' });

describe('data-channel messages', () => {
  it.each([
    ['an observation', observation, 'observation'],
    ['enrollment progress', enrollment, 'enrollment'],
    ['an event on the wrong channel', attendance, undefined],
    ['a type of a newer server', '{"type":"weather"}', undefined],
    ['broken JSON', '{"type":', undefined],
    ['JSON that is no object', 'null', undefined],
    ['binary data', new ArrayBuffer(4), undefined],
  ])('results: %s', (_name, data, type) => {
    expect(parseResult(data)?.type).toBe(type);
  });

  it.each([
    ['an attendance event', attendance, 'attendance'],
    ['an observation on the wrong channel', observation, undefined],
    ['broken JSON', 'x', undefined],
  ])('events: %s', (_name, data, type) => {
    expect(parseEvent(data)?.type).toBe(type);
  });
});
