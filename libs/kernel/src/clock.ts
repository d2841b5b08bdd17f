/** The only way to learn the time below the shell: milliseconds since the epoch, UTC. */
export interface Clock {
  nowMs(): number;
}

/** RFC 3339 UTC with milliseconds, the form of every instant in events and answers. */
export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
