import type { Readable } from 'node:stream';
import type { Heartbeat, HeartbeatAnswer } from '@potok/ingestion-contracts/completeness-http';
import { validateHeartbeat } from '@potok/ingestion-contracts/generated/validators';
import { readIdentities } from '@potok/ingestion-domain/identities';
import { AGENT_SCHEME } from '@potok/ingestion-domain/register-place';
import type { RegisterPlace, SpeakingScope } from '@potok/ingestion-domain/register-place';
import { LINE_BYTES_MAX, LINES_MAX, ndjsonLines } from '@potok/platform-http/ndjson-lines';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import type { RawBody } from '@potok/platform-http/route-decorators';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

export const HEARTBEATS_MAX = 1_000;

export interface ReadHeartbeat {
  readonly heartbeat: Heartbeat;
  readonly place: RegisterPlace;
}

export type RefusedHeartbeat = HeartbeatAnswer['lines'][number];

export interface ReadHeartbeats {
  readonly accepted: readonly ReadHeartbeat[];
  readonly refused: readonly RefusedHeartbeat[];
}

interface Speaker {
  readonly scope: SpeakingScope;
  readonly directory: OrganisationDirectory;
  readonly bytesMax: number;
}

/** One heartbeat, an array of them, or one a line. A bad one never refuses the others. */
export async function readHeartbeats(body: RawBody, speaker: Speaker): Promise<ReadHeartbeats> {
  const accepted: ReadHeartbeat[] = [];
  const refused: RefusedHeartbeat[] = [];
  for (const { line, value } of await valuesOf(body, speaker.bytesMax)) {
    const read = value === undefined ? refusal('invalidJson', null) : readHeartbeat(value, speaker);
    if ('code' in read) refused.push({ line, ...read });
    else accepted.push(read);
  }
  return { accepted, refused };
}

interface ReadValue {
  readonly line: number;
  /** Undefined = it is not JSON. */
  readonly value: unknown;
}

async function valuesOf(body: RawBody, bytesMax: number): Promise<readonly ReadValue[]> {
  const values = Buffer.isBuffer(body) ? jsonValues(body) : await lineValues(body, bytesMax);
  if (values.length > HEARTBEATS_MAX) {
    throw new ProblemError(httpProblems.bodyTooLarge, {
      detail: `at most ${String(HEARTBEATS_MAX)} heartbeats`,
    });
  }
  return values;
}

function jsonValues(body: Buffer): readonly ReadValue[] {
  const value = parse(body);
  if (value === undefined) throw new ProblemError(httpProblems.malformedJson);
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.map((one, index) => ({ line: index + 1, value: one }));
}

async function lineValues(body: Readable, bytesMax: number): Promise<readonly ReadValue[]> {
  const values: ReadValue[] = [];
  const limits = { lineBytesMax: LINE_BYTES_MAX, bytesMax, linesMax: LINES_MAX };
  for await (const lines of ndjsonLines(body as AsyncIterable<Buffer>, limits)) {
    for (const { number, bytes, overlong } of lines) {
      values.push({ line: number, value: overlong === null ? parse(bytes) : undefined });
    }
    if (values.length > HEARTBEATS_MAX) return values;
  }
  return values;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

type Refusal = Omit<RefusedHeartbeat, 'line'>;

function refusal(code: Refusal['code'], field: string | null): Refusal {
  return { code, field };
}

function readHeartbeat(value: unknown, { scope, directory }: Speaker): ReadHeartbeat | Refusal {
  if (!validateHeartbeat(value)) {
    return refusal('shapeUnknown', validateHeartbeat.errors?.[0]?.instancePath ?? null);
  }
  const heartbeat = value;
  if (!isMoment(heartbeat.deviceTime)) return refusal('shapeUnknown', '/deviceTime');
  const unreal = heartbeat.series.findIndex(
    ({ polledUpTo }) => polledUpTo !== undefined && !isMoment(polledUpTo),
  );
  if (unreal >= 0) return refusal('shapeUnknown', `/series/${String(unreal)}/polledUpTo`);
  const unnamed = heartbeat.series.findIndex(({ scheme, series }) => !isName(scheme, series));
  if (unnamed >= 0) return refusal('shapeUnknown', `/series/${String(unnamed)}/series`);
  const registerId = heartbeat.registerId ?? scope.onlyRegister;
  const place = registerId === null ? undefined : directory.register(registerId);
  if (place === undefined) return refusal('registerUnknown', '/registerId');
  const speaks =
    scope.system !== null || scope.registers.has(place.registerId) || scope.stores.has(place.storeId);
  if (!speaks) return refusal('registerNotInScope', '/registerId');
  const elsewhere = heartbeat.series.findIndex((series) =>
    belongsElsewhere(series, place.registerId, directory),
  );
  if (elsewhere >= 0) return refusal('seriesElsewhere', `/series/${String(elsewhere)}`);
  return { heartbeat, place };
}

/** As a document would name the series: text that a database takes. */
function isName(scheme: string, series: string): boolean {
  return typeof readIdentities([{ scheme, series, number: 0 }]) !== 'string';
}

/** The pattern of an instant lets a 99th of March pass. */
function isMoment(instant: string): boolean {
  return !Number.isNaN(Date.parse(instant));
}

function belongsElsewhere(
  { scheme, series }: Heartbeat['series'][number],
  registerId: string,
  directory: OrganisationDirectory,
): boolean {
  const ranges = directory.ranges(scheme, series);
  if (ranges.length > 0) return ranges.every((range) => range.registerId !== registerId);
  return scheme === AGENT_SCHEME && series !== registerId && !series.startsWith(`${registerId}/`);
}
