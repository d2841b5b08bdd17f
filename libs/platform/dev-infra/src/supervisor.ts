import { SupervisedProcess } from './supervised-process';

/** What is known of an ended process: `signal` when it was killed, else `code`. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessSpec {
  /** Unique within the supervisor. */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** The whole environment of the child: nothing is inherited. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** Runs as another user; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** True once the process does its work. Without it a process counts as ready when it was started. */
  readonly ready?: () => Promise<boolean>;
  /** Answers 2xx while the process lives; ten seconds without such an answer and it is killed and restarted. */
  readonly livenessUrl?: string;
  /** How long it may take until it is ready. Default 60 s. */
  readonly startTimeoutMs?: number;
  /** How often it may end before it was ever ready; one more and `start` fails. Default 5. */
  readonly earlyEnds?: number;
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** SIGKILL after this. Default 25 s. */
  readonly stopTimeoutMs?: number;
  /** `always`: restarted with growing pauses whatever its exit code. `never`: runs once. Default always. */
  readonly restart?: 'always' | 'never';
}

/**
 * Runs child processes, restarts them when they end or stop answering, and takes them along when it ends, even by
 * SIGKILL. Children get process groups of their own, so that a terminal's Ctrl-C reaches the launcher alone.
 */
export class Supervisor {
  private readonly processes = new Map<string, SupervisedProcess>();

  constructor(private readonly report: (line: string) => void) {}

  /** Starts the process and waits until it is ready. Throws with the end of its log when it does not get there. */
  async start(spec: ProcessSpec): Promise<void> {
    if (this.processes.has(spec.name)) throw new Error(`process ${spec.name} is already supervised`);
    const supervised = new SupervisedProcess(spec, this.report);
    this.processes.set(spec.name, supervised);
    try {
      await supervised.start();
    } catch (error) {
      this.processes.delete(spec.name);
      throw error;
    }
  }

  /** The present process ids by name; a process between two lives is absent. */
  pids(): ReadonlyMap<string, number> {
    const pids = new Map<string, number>();
    for (const [name, supervised] of this.processes) {
      const pid = supervised.pid();
      if (pid !== undefined) pids.set(name, pid);
    }
    return pids;
  }

  /** How often each process was started again. */
  restarts(): ReadonlyMap<string, number> {
    return new Map([...this.processes].map(([name, supervised]) => [name, supervised.restarts()]));
  }

  /** Waits until a process with `restart: 'never'` has ended. */
  async ended(name: string): Promise<ProcessEnd> {
    return this.find(name).ended();
  }

  /** Stops one process for good: its signal, then SIGKILL. */
  async stop(name: string): Promise<void> {
    const supervised = this.find(name);
    await supervised.stop();
    this.processes.delete(name);
  }

  /** Stops all at once and waits for the last. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.processes.keys()].map(async (name) => this.stop(name)));
  }

  private find(name: string): SupervisedProcess {
    const supervised = this.processes.get(name);
    if (supervised === undefined) throw new Error(`no process ${name} is supervised`);
    return supervised;
  }
}
