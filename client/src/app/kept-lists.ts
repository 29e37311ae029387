/** Names of people do not stay in a browser that nobody is signed in with. Never rejects. */
export async function forgetKeptLists(): Promise<void> {
  try {
    await (await import('../rollcall/kept-session.ts')).forgetLists();
  } catch {
    // Its script cannot be fetched: the next sign-out tries again.
  }
}
