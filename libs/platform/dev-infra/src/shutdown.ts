const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndSignal = keyof typeof exitCodes;

/** Clean-ups of a command, run in reverse order exactly once on whichever end comes first. */
export class Shutdown {
  private readonly actions: { readonly name: string; readonly action: () => Promise<void> }[] = [];
  private running: Promise<void> | undefined;
  private begun = false;

  /** True from the first signal on: loops should end. */
  get requested(): boolean {
    return this.begun;
  }

  add(name: string, action: () => Promise<void>): void {
    this.actions.push({ name, action });
  }

  async run(): Promise<void> {
    this.begun = true;
    this.running ??= this.runAll();
    await this.running;
  }

  private async runAll(): Promise<void> {
    for (let entry = this.actions.pop(); entry !== undefined; entry = this.actions.pop()) {
      try {
        await entry.action();
      } catch (error) {
        process.stderr.write(`${entry.name} could not be cleaned up: ${describe(error)}\n`);
      }
    }
  }
}

/**
 * Runs a command's body and ends the process with the exit code that it returns. On an error (1), SIGINT, SIGTERM
 * or SIGHUP (128 + number) the clean-ups run first; a second signal ends at once.
 */
export async function runCommand(
  environment: Readonly<Record<string, string | undefined>>,
  body: (shutdown: Shutdown) => Promise<number>,
): Promise<never> {
  const shutdown = new Shutdown();
  let signalled = false;
  const endBy = (signal: EndSignal): void => {
    if (signalled) process.exit(exitCodes[signal]);
    signalled = true;
    void shutdown.run().then(() => process.exit(exitCodes[signal]));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      endBy(signal);
    });
  }
  if (environment['npm_lifecycle_event'] !== undefined) {
    endWithParent(() => {
      endBy('SIGTERM');
    });
  }
  const exitCode = await body(shutdown).catch((error: unknown) => {
    if (!signalled) process.stderr.write(`${describe(error)}\n`);
    return 1;
  });
  if (signalled) return new Promise<never>(() => undefined);
  await shutdown.run();
  process.exit(exitCode);
}

// A killed npm cannot pass its end on, and what it started would go on without an owner.
function endWithParent(end: () => void): void {
  const parentPid = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    end();
  }, 1_000);
  timer.unref();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'InfraUnavailableError' ? error.message : (error.stack ?? error.message);
}
