/** Prints one line per step of the set-up: its title, then its result. */
import { SetupError, systemFault } from './fault.mjs';

export { SetupError } from './fault.mjs';

/**
 * Runs one step. `run(say)` does the work, calls `say(text)` when something long begins, and returns the few words that
 * the finished line shows in parentheses.
 */
export async function step(title, run) {
  const began = performance.now();
  const line = process.stdout.isTTY ? liveLine(title) : plainLine(title);
  try {
    const detail = await run((text) => line.say(text));
    const seconds = (performance.now() - began) / 1000;
    const took = seconds >= 2 ? `, ${seconds.toFixed(0)} s` : '';
    line.end(`✓ ${title}${detail === undefined ? '' : ` (${detail}${took})`}`);
  } catch (error) {
    line.end(`✗ ${title}`);
    throw error;
  }
}

/**
 * As `step`, for what the product works without: a fault is said in one line, and the script goes on.
 * @param without the words for the line that say what is so without it
 */
export async function optionalStep(title, run, without) {
  const line = process.stdout.isTTY ? liveLine(title) : plainLine(title);
  try {
    line.end(`✓ ${title} (${await run((text) => line.say(text))})`);
  } catch (error) {
    const fault = error instanceof SetupError ? error : systemFault(error);
    const why = fault?.message.split('\n')[0].replace(/\.$/, '');
    line.end(`– ${title}${why === undefined ? '' : ` (${why}; ${without})`}`);
    if (fault === null) throw error;
  }
}

/** Runs the steps of a script. A SetupError ends the process with its sentence and without a stack. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    const fault = error instanceof SetupError ? error : systemFault(error);
    if (fault === null) throw error;
    console.error(`\n${fault.message}`);
    if (fault.remedy) console.error(`→ ${fault.remedy}`);
    process.exitCode = 1;
  }
}

/** In a terminal, the line shows the current work and its duration, and is overwritten at the end. */
function liveLine(title) {
  let text = '';
  let timer;
  const began = performance.now();
  const draw = () => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const whole = `  ${title}: ${text} ${seconds > 1 ? `${seconds} s` : ''}`;
    process.stdout.write(`\r\x1b[K${whole.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  };
  return {
    say(next) {
      text = next;
      draw();
      timer ??= setInterval(draw, 1000);
    },
    end(last) {
      clearInterval(timer);
      process.stdout.write(`\r\x1b[K${last}\n`);
    },
  };
}

function plainLine(title) {
  return {
    say: (text) => process.stdout.write(`  ${title}: ${text}\n`),
    end: (last) => process.stdout.write(`${last}\n`),
  };
}
