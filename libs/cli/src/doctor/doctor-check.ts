/** One thing that was looked at; the services answer theirs in the same shape. */
export interface DoctorCheck {
  /** Where: `this machine`, an address, a service. */
  readonly where: string;
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; null when all is well. */
  readonly remedy: string | null;
}
