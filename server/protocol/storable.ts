/** NUL, and halves of surrogate pairs: JSON can say them, PostgreSQL cannot keep them. */
const UNSTORABLE = /\0|\p{Cs}/u;

/** Whether every text in a value from outside can be stored as it is. However deep it is: without recursion. */
export function isStorable(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string' && UNSTORABLE.test(one)) return false;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner);
  }
  return true;
}
