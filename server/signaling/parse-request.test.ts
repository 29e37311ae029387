import { describe, expect, it } from 'vitest';
import { NO_ID, parseRequest } from './parse-request.ts';

const fault = (text: string) => {
  const parsed = parseRequest(text);
  return 'error' in parsed ? { id: parsed.id, code: parsed.error.code } : null;
};

describe('parseRequest', () => {
  it('parseRequest accepts a request and drops keys that its method does not know', () => {
    expect(
      parseRequest('{"id":7,"method":"media.create-transport","data":{"direction":"send","x":1}}'),
    ).toEqual({ request: { id: 7, method: 'media.create-transport', data: { direction: 'send' } } });
  });

  it('parseRequest accepts a request without data if the method needs none', () => {
    expect(parseRequest('{"id":0,"method":"ping"}')).toEqual({
      request: { id: 0, method: 'ping', data: {} },
    });
  });

  it.each([
    ['not JSON', '{', { id: NO_ID, code: 'bad-request' }],
    ['empty', '', { id: NO_ID, code: 'bad-request' }],
    ['null', 'null', { id: NO_ID, code: 'bad-request' }],
    ['an array', '[1,2]', { id: NO_ID, code: 'bad-request' }],
    ['no id', '{"method":"ping"}', { id: NO_ID, code: 'bad-request' }],
    ['a negative id', '{"id":-4,"method":"ping"}', { id: NO_ID, code: 'bad-request' }],
    ['a fractional id', '{"id":1.5,"method":"ping"}', { id: NO_ID, code: 'bad-request' }],
    ['an id but no method', '{"id":3}', { id: 3, code: 'bad-request' }],
    ['a method that is not text', '{"id":3,"method":{}}', { id: 3, code: 'bad-request' }],
    ['an unknown method', '{"id":3,"method":"media.steal"}', { id: 3, code: 'unknown-method' }],
    ['an inherited name', '{"id":3,"method":"constructor"}', { id: 3, code: 'unknown-method' }],
    ['a prototype', '{"id":3,"method":"__proto__"}', { id: 3, code: 'unknown-method' }],
    [
      'another protocol version',
      '{"id":3,"method":"hello","data":{"protocol":99}}',
      { id: 3, code: 'validation-failed' },
    ],
    [
      'text that cannot be stored',
      '{"id":3,"method":"enrollment.start","data":{"personId":"\\u0000"}}',
      { id: 3, code: 'validation-failed' },
    ],
    ['data of the wrong kind', '{"id":3,"method":"ping","data":5}', { id: 3, code: 'validation-failed' }],
  ])('parseRequest answers %s with a typed error, and with the ID if it is readable', (_, text, expected) => {
    expect(fault(text)).toEqual(expected);
  });

  it('parseRequest reports the path of invalid data', () => {
    const parsed = parseRequest(
      '{"id":1,"method":"enrollment.save","data":{"enrollmentId":"e","override":{"reason":" "}}}',
    );
    expect('error' in parsed && parsed.error.faults?.map((f) => f.path)).toEqual(['override.reason']);
  });
});
