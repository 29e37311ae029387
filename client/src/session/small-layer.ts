/** What it needs of an `RTCRtpSender`. */
type Sender = Pick<RTCRtpSender, 'getParameters' | 'setParameters'>;

/**
 * Sends the first, small encoding of a camera only while it is wanted. The server says so, maybe before there is a sender. A
 * browser that cannot switch an encoding goes on with the large one, and whoever watches gets that.
 */
export class SmallLayer {
  #sender: Sender | null = null;
  #wanted = false;
  #sent = false;
  #busy = false;

  /** @param sender publishes the small encoding inactive */
  attach(sender: Sender): void {
    this.#sender = sender;
    void this.#settle();
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    void this.#settle();
  }

  /** One change at a time, because each must be based on the parameters that the last one left. */
  async #settle(): Promise<void> {
    const sender = this.#sender;
    if (this.#busy || !sender) return;
    this.#busy = true;
    try {
      while (this.#sent !== this.#wanted) {
        const wanted = this.#wanted;
        const parameters = sender.getParameters();
        const [small, ...larger] = parameters.encodings;
        if (!small || larger.length === 0) return;
        small.active = wanted;
        await sender.setParameters(parameters);
        this.#sent = wanted;
      }
    } catch {
      // The connection is closing, or the browser cannot do it.
    } finally {
      this.#busy = false;
    }
  }
}
