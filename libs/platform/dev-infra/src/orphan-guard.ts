import { spawn, type ChildProcess } from 'node:child_process';

// Waits for the end of its standard input, which comes when the supervisor is gone, however it went.
const script = `
read -r _
kill -s "$1" "$2" 2>/dev/null || exit 0
tries=0
while [ "$tries" -lt 50 ] && kill -0 "$2" 2>/dev/null; do sleep 0.2; tries=$((tries + 1)); done
kill -s KILL "$2" 2>/dev/null
`;

/** A tiny shell beside a child process that stops the child when the supervisor dies without stopping it. */
export class OrphanGuard {
  private readonly shell: ChildProcess;

  constructor(pid: number, signal: NodeJS.Signals = 'SIGTERM') {
    this.shell = spawn('/bin/sh', ['-c', script, 'potok-guard', signal.replace('SIG', ''), String(pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    this.shell.on('error', () => undefined);
    this.shell.stdin?.on('error', () => undefined);
    this.shell.unref();
  }

  /** The child has ended by itself: its number may belong to another process from now on. */
  release(): void {
    this.shell.kill('SIGKILL');
  }
}
