import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const MICROSECONDS = 1_000_000;

interface ProcessTimes {
  readonly parent: number;
  /** CPU of the process and of its ended children, in microseconds. */
  readonly cpuUs: number;
}

/**
 * CPU time of processes with all of their children, from /proc. A benchmark takes the difference of two readings.
 * Throws where there is no /proc: then CPU cannot be compared and the figures would be wrong.
 */
export function readCpuUs(roots: ReadonlyMap<string, number>): Map<string, number> {
  const processes = readProcesses();
  return new Map([...roots].map(([name, pid]) => [name, treeCpuUs(processes, pid)]));
}

function treeCpuUs(processes: ReadonlyMap<number, ProcessTimes>, pid: number): number {
  let cpuUs = processes.get(pid)?.cpuUs ?? 0;
  for (const [child, { parent }] of processes) {
    if (parent === pid) cpuUs += treeCpuUs(processes, child);
  }
  return cpuUs;
}

function readProcesses(): Map<number, ProcessTimes> {
  const processes = new Map<number, ProcessTimes>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const times = readTimes(entry);
    if (times !== null) processes.set(Number(entry), times);
  }
  return processes;
}

/** The fields of /proc/<pid>/stat behind the name, which may hold spaces: man 5 proc. */
function readTimes(pid: string): ProcessTimes | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return { parent: Number(fields[1]), cpuUs: (ticks / TICKS_PER_SECOND) * MICROSECONDS };
}
