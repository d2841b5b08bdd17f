import type { Heartbeat, ResendRequest } from '@potok/ingestion-contracts/completeness-http';
import type { SimulatedChain, SimulatedStore } from '../chain/chain';
import type { Transmission } from '../delivery/transmission';
import { inParallel } from './in-parallel';
import type { OfflineRegisters } from './offline-registers';
import type { PlatformApi } from './platform-api';

interface SeriesState {
  readonly scheme: string;
  readonly series: string;
  lastNumber: number;
  /** Numbers that are to be sent and are not acknowledged. */
  readonly unsent: Set<number>;
}

interface RegisterState {
  readonly registerId: string;
  readonly credential: string;
  readonly store: SimulatedStore;
  readonly series: Map<string, SeriesState>;
  /** Simulated time of its last document, UTC. */
  clockMs: number;
  changed: boolean;
}

const repeatAfterMs = 30_000;

/**
 * What registers say of themselves every minute of their own time. The simulated minutes fly: of those between two
 * calls only the last one is told.
 */
export class Heartbeats {
  private readonly registers = new Map<string, RegisterState>();
  private lastWholeMs = 0;

  constructor(
    chain: SimulatedChain,
    private readonly api: PlatformApi,
    private readonly offline: OfflineRegisters,
  ) {
    for (const store of chain.stores) {
      for (const { registerId } of store.registers) {
        const credential = store.credentials === 'store' ? store.storeId : registerId;
        this.registers.set(registerId, {
          registerId,
          credential,
          store,
          series: new Map(),
          clockMs: 0,
          changed: false,
        });
      }
    }
  }

  /** A document has its number; it may wait in the spool, or never be sent at all. */
  numbered({ facts, fate, happenedAt }: Transmission): void {
    if (!hasNumber(facts)) return;
    const register = this.registers.get(facts.registerId);
    if (register === undefined) return;
    register.clockMs = Math.max(register.clockMs, utcOf(happenedAt, register.store));
    register.changed = true;
    for (const identity of facts.identities) {
      const state = seriesOf(register, identity);
      if (state === null) continue;
      const number = numberOf(identity);
      state.lastNumber = Math.max(state.lastNumber, number);
      if (fate === 'sent') state.unsent.add(number);
    }
  }

  acknowledged(facts: Transmission['facts']): void {
    const register = this.registers.get(facts.registerId);
    if (register === undefined) return;
    for (const identity of facts.identities) {
      if (seriesOf(register, identity)?.unsent.delete(numberOf(identity)) === true) register.changed = true;
    }
  }

  /** The last number that the register has given in a series, `scheme|series`. */
  lastNumber(registerId: string, series: string): number | null {
    return this.registers.get(registerId)?.series.get(series)?.lastNumber ?? null;
  }

  /** Tells what has changed, now and then all of it; answers what the platform asks to be sent again. */
  async beat(tokens: ReadonlyMap<string, string>): Promise<ResendRequest[]> {
    const whole = Date.now() - this.lastWholeMs >= repeatAfterMs;
    if (whole) this.lastWholeMs = Date.now();
    const byCredential = new Map<string, Heartbeat[]>();
    for (const register of this.registers.values()) {
      if (register.series.size === 0 || (!register.changed && !whole)) continue;
      if (this.offline.has(register.registerId)) continue;
      register.changed = false;
      const told = byCredential.get(register.credential) ?? [];
      byCredential.set(register.credential, told);
      told.push(heartbeatOf(register));
    }
    const asked: ResendRequest[] = [];
    await inParallel([...byCredential], async ([credential, heartbeats]) => {
      const answer = await this.api.sendHeartbeats(heartbeats, tokens.get(credential) ?? '');
      asked.push(...answer.resend);
    });
    return asked;
  }
}

function hasNumber({ expected, kind }: Transmission['facts']): boolean {
  return expected === 'accepted' || expected === 'bound' || kind === 'brokenBody';
}

function heartbeatOf({ registerId, series, clockMs }: RegisterState): Heartbeat {
  return {
    registerId,
    deviceTime: new Date(clockMs).toISOString(),
    series: [...series.values()].map(({ scheme, series: name, lastNumber, unsent }) => ({
      scheme,
      series: name,
      lastNumber,
      unsent: unsent.size,
    })),
  };
}

function seriesOf(register: RegisterState, identity: string): SeriesState | null {
  const [scheme = '', series = ''] = identity.split('|');
  if (scheme === 'evotor') return null;
  const key = `${scheme}|${series}`;
  const known = register.series.get(key);
  if (known !== undefined) return known;
  const state: SeriesState = { scheme, series, lastNumber: 0, unsent: new Set() };
  register.series.set(key, state);
  return state;
}

function numberOf(identity: string): number {
  return Number(identity.split('|')[2]);
}

/** `happenedAt` is local, `YYYY-MM-DDTHH:MM:SS`. */
function utcOf(happenedAt: string, { zoneOffsetMinutes }: SimulatedStore): number {
  return Date.parse(`${happenedAt}Z`) - zoneOffsetMinutes * 60_000;
}
