const everyMs = 1_000;
const answerWithinMs = 2_000;
const deadAfterMs = 10_000;
/** A process that never answered yet may still be starting. */
const firstAnswerWithinMs = 90_000;

/** Asks the address once a second and reports once when it has failed for ten seconds. */
export class LivenessProbe {
  private lastAnswerMs = Date.now();
  private answered = false;
  private asking = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly url: string,
    private readonly onDead: () => void,
  ) {
    this.timer = setInterval(() => void this.ask(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.url, { signal: AbortSignal.timeout(answerWithinMs) });
      await answer.body?.cancel();
      if (answer.ok) {
        this.answered = true;
        this.lastAnswerMs = Date.now();
      }
    } catch {
      // No answer is what is being measured.
    } finally {
      this.asking = false;
    }
    const patienceMs = this.answered ? deadAfterMs : firstAnswerWithinMs;
    if (Date.now() - this.lastAnswerMs < patienceMs) return;
    this.stop();
    this.onDead();
  }
}
