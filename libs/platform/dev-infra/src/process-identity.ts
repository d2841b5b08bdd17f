import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process beyond doubt: numbers are reused, a number together with its start is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: the kernel's start time of the process. */
  readonly startedAt: string;
}

/** A process and its whole command line, split as it was passed. */
export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: readonly string[];
}

/** The identity of a live process; undefined when it is gone or only waits to be reaped. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/** True while the number belongs to a process that has not ended, whoever owns it. */
export function pidIsAlive(pid: number): boolean {
  return identityOf(pid) !== undefined;
}

/** Every process whose command line can be seen by this user. */
export function runningProcesses(): readonly RunningProcess[] {
  return process.platform === 'linux' ? processesFromProc() : processesFromPs();
}

/** Sends the signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isErrorCode(error, 'ESRCH')) throw error;
  }
}

export function isErrorCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

// Fields after the command's closing bracket: state is the first, the start time the twentieth (proc(5)).
function startFromProc(pid: number): string | undefined {
  const stat = readIfPresent(`/proc/${String(pid)}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function startFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

function processesFromProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      commandLine: (readIfPresent(`/proc/${name}/cmdline`) ?? '').split('\0').filter((part) => part !== ''),
    }));
}

function processesFromPs(): RunningProcess[] {
  return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match === null ? [] : [{ pid: Number(match[1]), commandLine: splitWords(match[2]) }],
    );
}

function splitWords(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
