/** The collation `by_name` of the database, for lists that are put together here. */
const collator = new Intl.Collator('und', { numeric: true });

/** The order of shown names and of numbers: on the server, and in lists that pages put together. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b);
}
