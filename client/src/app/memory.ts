/** Small choices kept in this browser. Without storage (blocked or full) they last as long as the page. */
export function remember(key: string, value: unknown) {
  try {
    localStorage.setItem(`muster.${key}`, JSON.stringify(value));
  } catch {
    // The choice is a convenience: nothing depends on it.
  }
}

export function recall<T>(key: string, is: (value: unknown) => value is T, otherwise: T): T {
  try {
    const text = localStorage.getItem(`muster.${key}`);
    const value: unknown = text === null ? null : JSON.parse(text);
    return is(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}
