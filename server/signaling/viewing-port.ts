/** What the socket needs to know about watching cameras; the composition root supplies it. */
export interface ViewingPort {
  /** Whether this camera may be watched, by those who have the permission. */
  mayView(cameraId: string): boolean;
  /**
   * Records that the account watches the camera, until the returned function is called, which is idempotent.
   *
   * @throws MusterError `not-found`, `viewing-off`
   */
  begin(viewer: { accountId: string }, cameraId: string): Promise<() => void>;
}
