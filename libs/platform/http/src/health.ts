export interface CheckResult {
  readonly ok: boolean;
  /** Why not, or how it stands: shown to operators. No secrets. */
  readonly detail?: string;
}

export type Check = () => CheckResult | Promise<CheckResult>;

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/**
 * What a process knows about itself; one per process, its modules add named checks.
 * Ready: it can do useful work now (broker and database answer, read copies are caught up). Traffic waits for it.
 * Live: it will ever again (consumers have not died). Never whether a broker or database is up: a restart mends
 * neither. That the answer comes at all says that the event loop turns.
 */
export class HealthRegistry {
  private readonly readiness = new Map<string, Check>();
  private readonly liveness = new Map<string, Check>();
  private closing = false;

  addReadiness(name: string, check: Check): void {
    addCheck(this.readiness, name, check);
  }

  addLiveness(name: string, check: Check): void {
    addCheck(this.liveness, name, check);
  }

  /** From now on not ready, whatever the checks say: the first step of a shutdown. */
  close(): void {
    this.closing = true;
  }

  get isClosing(): boolean {
    return this.closing;
  }

  async ready(): Promise<HealthReport> {
    if (this.closing)
      return { ok: false, checks: { shutdown: { ok: false, detail: 'the process is ending' } } };
    return runChecks(this.readiness);
  }

  live(): Promise<HealthReport> {
    return runChecks(this.liveness);
  }
}

function addCheck(checks: Map<string, Check>, name: string, check: Check): void {
  if (checks.has(name)) throw new Error(`two health checks are named ${name}`);
  checks.set(name, check);
}

async function runChecks(checks: ReadonlyMap<string, Check>): Promise<HealthReport> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
  );
  return { ok: results.every(([, result]) => result.ok), checks: Object.fromEntries(results) };
}

async function runCheck(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, detail: `no answer in ${String(CHECK_TIMEOUT_MS)} ms` });
    }, CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
