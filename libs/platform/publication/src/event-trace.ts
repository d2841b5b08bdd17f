const MEMBER = '"traceparent":"';
const TRACEPARENT_LENGTH = 55;
/** The envelope of an event ends well before this. */
const ENVELOPE_BYTES_MAX = 1024;

/** The member of an envelope that keeps the trace with the event, so that a repeat has the same header; '' for none. */
export function traceMember(traceparent: string | null): string {
  return traceparent === null ? '' : `${MEMBER}${traceparent}",`;
}

/**
 * The trace of an event that was written with `traceMember`. Only what stands before the member named `next`, the
 * first one behind the envelope, is looked at: what a sender wrote can never be taken for it.
 */
export function traceparentIn(value: Buffer, next: string): string | null {
  const envelope = value.toString('latin1', 0, ENVELOPE_BYTES_MAX);
  const end = envelope.indexOf(`"${next}":`);
  const at = envelope.indexOf(MEMBER);
  if (at < 0 || at > end) return null;
  return envelope.slice(at + MEMBER.length, at + MEMBER.length + TRACEPARENT_LENGTH);
}
