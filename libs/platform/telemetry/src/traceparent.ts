import { context, isSpanContextValid, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The W3C `traceparent` of the span that is running; null when nothing is traced. */
export function currentTraceparent(): string | null {
  const span = trace.getSpanContext(context.active());
  return span !== undefined && isSpanContextValid(span) ? formatTraceparent(span) : null;
}

/**
 * What an event caused by a request carries: the running span's, else the sender's own header, so that a trace
 * begun elsewhere goes through a Potok that does not trace.
 */
export function traceparentOfRequest(header: string | undefined): string | null {
  return currentTraceparent() ?? (header !== undefined && parseTraceparent(header) !== null ? header : null);
}

/** Runs the body as a child of a remote span; as a root when there is none or it cannot be read. */
export function withRemoteParent<T>(traceparent: string | null, body: () => T): T {
  const parent = traceparent === null ? null : parseTraceparent(traceparent);
  if (parent === null) return body();
  return context.with(trace.setSpanContext(ROOT_CONTEXT, parent), body);
}

export function parseTraceparent(text: string): SpanContext | null {
  const match = TRACEPARENT.exec(text);
  if (match === null) return null;
  const [, traceId = '', spanId = '', flags = '00'] = match;
  const sampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) === TraceFlags.SAMPLED;
  const parsed = {
    traceId,
    spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  return isSpanContextValid(parsed) ? parsed : null;
}

function formatTraceparent(span: SpanContext): string {
  return `00-${span.traceId}-${span.spanId}-0${String(span.traceFlags & TraceFlags.SAMPLED)}`;
}
