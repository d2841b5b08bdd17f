import type { Clock } from '@potok/kernel/clock';
import { present } from '@potok/kernel/assert';
import type { HeartbeatAnswer, HeartbeatSeries } from '@potok/ingestion-contracts/completeness-http';
import type { GatheredArrival } from '@potok/ingestion-domain/completeness/gather-arrivals';
import type { SeriesArrival } from '@potok/ingestion-domain/completeness/series-facts';
import { seriesKey } from '@potok/ingestion-domain/identities';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import type { RawBody } from '@potok/platform-http/route-decorators';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { ResendRequestsQuery } from '../request-resend/resend-requests.query';
import { insertArrivals } from '../storage/arrival-table';
import type { SeriesTable } from '../storage/series-table';
import { readHeartbeats } from './read-heartbeats';
import type { ReadHeartbeat } from './read-heartbeats';

export interface HeartbeatParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly requests: ResendRequestsQuery;
  readonly clock: Clock;
  readonly bytesMax: number;
}

/** Notes what registers say of themselves, and answers what they are asked to send again. */
export class ReceiveHeartbeatsHandler {
  constructor(private readonly parts: HeartbeatParts) {}

  async receive(body: RawBody, credentialId: string): Promise<HeartbeatAnswer> {
    const { directory, bytesMax, requests } = this.parts;
    const credential = directory.credential(credentialId);
    if (credential === undefined) throw new ProblemError(httpProblems.unauthenticated);
    const { accepted, refused } = await readHeartbeats(body, {
      scope: credential.scope,
      directory,
      bytesMax,
    });
    await this.note(accepted);
    const registerNos = [...new Set(accepted.map(({ place }) => place.registerNo))];
    return {
      accepted: accepted.length,
      rejected: refused.length,
      lines: [...refused],
      resend: await requests.ofRegisters(registerNos),
    };
  }

  private async note(accepted: readonly ReadHeartbeat[]): Promise<void> {
    if (accepted.length === 0) return;
    const { database, series, clock } = this.parts;
    const receivedMs = clock.nowMs();
    const named = accepted.flatMap(({ heartbeat }) => heartbeat.series);
    const names = new Map(named.map((one) => [seriesKey(one.scheme, one.series.trim()), nameOf(one)]));
    await database.tx(async (tx) => {
      const numbers = await series.numbersOf(tx, names);
      await insertArrivals(
        tx,
        accepted.flatMap((one) => arrivalsOf(one, { receivedMs, numbers })),
      );
    });
  }
}

function nameOf({ scheme, series }: HeartbeatSeries) {
  return { scheme, series: series.trim() };
}

function arrivalsOf(
  { heartbeat, place }: ReadHeartbeat,
  { receivedMs, numbers }: { readonly receivedMs: number; readonly numbers: ReadonlyMap<string, number> },
): readonly GatheredArrival[] {
  const { storeNo, registerNo } = place;
  const at = { storeNo, registerNo, receivedAtMs: receivedMs };
  const deviceMs = Math.min(Date.parse(heartbeat.deviceTime), receivedMs);
  if (heartbeat.series.length === 0) return [{ ...at, seriesNo: 0, arrival: { shifts: [] } }];
  return heartbeat.series.map((series) => {
    const key = seriesKey(series.scheme, series.series.trim());
    const seriesNo = present(numbers.get(key), 'the number of a series');
    return { ...at, seriesNo, arrival: arrivalOf(series, { deviceMs, receivedMs }) };
  });
}

function arrivalOf(
  series: HeartbeatSeries,
  { deviceMs, receivedMs }: { readonly deviceMs: number; readonly receivedMs: number },
): SeriesArrival {
  const { lastNumber, unsent = null, polledUpTo, basis = 'heartbeat' } = series;
  const polledMs = polledUpTo === undefined ? null : Math.min(Date.parse(polledUpTo), receivedMs);
  return {
    shifts: [],
    ...(lastNumber === undefined
      ? {}
      : { stated: { lastNumber, unsent, atMs: deviceMs, receivedMs, basis } }),
    ...(polledMs === null ? {} : { statedTime: { upToMs: polledMs, basis: 'pollWindow' } }),
  };
}
