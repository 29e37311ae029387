import { afterEach, expect, test, vi } from 'vitest';
import { parseArgs } from 'node:util';
import { OperatorError } from '../operator-error.ts';
import { runCommand } from './run-command.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  [
    'an option that does not exist',
    () => parseArgs({ args: ['--nonsense'] }),
    /^Unknown option '--nonsense'/,
  ],
  ['an operator error', () => raise(new OperatorError('Set a port.')), /^Set a port\.$/],
])('a command prints %s as a sentence and ends with 1', async (_, fault, sentence) => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  await runCommand(async () => {
    fault();
    return 0;
  });
  expect(printed).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(sentence));
  expect(process.exitCode).toBe(1);
});

test('a command prints a bug as the error itself, with its stack', async () => {
  const bug = new TypeError('x is not a function');
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  await runCommand(() => raise(bug));
  expect(printed).toHaveBeenCalledExactlyOnceWith(bug);
});

function raise(error: Error): never {
  throw error;
}
