/**
 * Matches a path against a pattern such as `/enroll/:personId`.
 * @returns the named parts, decoded; null when it does not match. A trailing slash does not matter.
 */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = parts(pattern);
  const given = parts(path);
  if (wanted.length !== given.length) return null;
  const named: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (part.startsWith(':')) {
      try {
        named[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (part !== value) return null;
  }
  return named;
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
