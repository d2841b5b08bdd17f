/** Writes the usage and ends the process (0) where it is asked for, before anything is started. */
export function answerHelp(parameters: readonly string[], usage: string): void {
  if (!parameters.includes('--help') && !parameters.includes('-h')) return;
  process.stderr.write(usage);
  process.exit(0);
}
