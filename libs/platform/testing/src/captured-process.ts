import { spawn, type ChildProcess } from 'node:child_process';
import { waitFor } from './wait-for';

export interface CaptureOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly workingFolder?: string;
}

/** A child process whose output is kept. */
export interface CapturedProcess {
  readonly pid: number;
  /** What it has written until now. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Waits until either stream contains the text or matches. */
  untilOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal?: NodeJS.Signals): void;
}

export function captureProcess(options: CaptureOptions): CapturedProcess {
  const child = spawn(options.command, options.arguments, {
    cwd: options.workingFolder,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  return {
    pid: child.pid ?? -1,
    output: () => ({ ...output }),
    untilOutput: async (pattern, timeoutMs = 60_000) =>
      waitFor(
        () => {
          const match = pattern.exec(output.stdout + output.stderr);
          if (match === null) throw new Error(`it wrote:\n${output.stdout}${output.stderr}`);
          return match;
        },
        { what: `${String(pattern)} in the output of ${options.command}`, timeoutMs },
      ),
    ended: endOf(child),
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
    },
  };
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(signal ?? code ?? -1);
    });
  });
}
