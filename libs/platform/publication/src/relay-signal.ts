/** Wakes a relay of the same process as soon as there is something to publish; the relay polls besides. */
export class RelaySignal {
  private pending = false;
  private resolve: (() => void) | null = null;

  readonly wake = (): void => {
    this.pending = true;
    this.resolve?.();
  };

  /** Resolves at the next `wake`, at once when there was one since the last wait, or after the time. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.resolve = null;
    this.pending = false;
  }
}
