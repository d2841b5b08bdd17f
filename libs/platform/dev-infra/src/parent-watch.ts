/** Set by the supervisor in every child: its own process id. */
export const supervisorVariable = 'POTOK_SUPERVISOR_PID';

/**
 * Ends this process when the supervisor that started it is gone. Does nothing in a process that no supervisor
 * started. Entry points call it first of all, with their `process.env`.
 */
export function exitWhenParentDies(environment: Readonly<Record<string, string | undefined>>): void {
  const supervisorPid = environment[supervisorVariable];
  if (supervisorPid === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === Number(supervisorPid)) return;
    process.stderr.write('the launcher is gone: ending\n');
    process.exit(1);
  }, 500);
  timer.unref();
}
