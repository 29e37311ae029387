/** True where no department is asked for, or the person is in one of those, regardless of case. */
export function isWithin(
  { department }: { department?: string | null | undefined },
  wanted: readonly string[] | undefined,
): boolean {
  return wanted === undefined || wanted.some((name) => name.toLowerCase() === department?.toLowerCase());
}
