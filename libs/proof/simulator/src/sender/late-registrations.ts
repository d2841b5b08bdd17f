import type { SimulatedChain } from '../chain/chain';
import type { SimulatedRegister } from '../chain/registers';
import { requiresRegistered } from '../delivery/transmission';
import type { PlatformApi } from './platform-api';
import type { Spool } from './spool';
import type { WaitingRoom } from './waiting-room';

const redriveAfterMs = 5_000;

interface LateSeries {
  readonly key: string;
  readonly series: string;
  readonly register: SimulatedRegister;
  /** Documents that come before the registration and are not acknowledged yet. */
  before: number;
  registeredAtMs: number | null;
}

export interface LateRegistrationParts {
  readonly chain: SimulatedChain;
  readonly api: PlatformApi;
  readonly spool: Spool;
  readonly room: WaitingRoom;
}

/**
 * Registers a ФН only when the documents that came before are known to be held, and lets the others go once those
 * have been released.
 */
export class LateRegistrations {
  private readonly late = new Map<string, LateSeries>();

  constructor(private readonly parts: LateRegistrationParts) {
    for (const register of parts.chain.stores.flatMap(({ registers }) => registers)) {
      const [series] = register.drives;
      if (register.trait !== 'lateRegistration' || series === undefined) continue;
      const key = `fn|${series}`;
      this.late.set(key, { key, series, register, before: 0, registeredAtMs: null });
    }
  }

  expectBefore(seriesKey: string): void {
    const late = this.late.get(seriesKey);
    if (late !== undefined) late.before += 1;
  }

  acknowledgedBefore(seriesKey: string): void {
    const late = this.late.get(seriesKey);
    if (late !== undefined) late.before -= 1;
  }

  get unfinished(): number {
    return this.late.size;
  }

  /** `final`: nothing more will come before the registration. */
  async proceed(final: boolean): Promise<void> {
    for (const late of [...this.late.values()]) {
      if (late.registeredAtMs === null) await this.register(late, final);
      else await this.release(late, late.registeredAtMs);
    }
  }

  private async register(late: LateSeries, final: boolean): Promise<void> {
    const { room, spool, api } = this.parts;
    const isTime = final || room.isAwaited(requiresRegistered(late.key));
    if (!isTime || late.before > 0 || spool.unsettled(late.key) > 0) return;
    const { series, register } = late;
    const { registerId, registrationNumber, deviceSerial } = register;
    await api.register({ scheme: 'fn', series, registerId, registrationNumber, deviceSerial });
    late.registeredAtMs = Date.now();
  }

  private async release(late: LateSeries, registeredAtMs: number): Promise<void> {
    const { room, spool, api } = this.parts;
    if (spool.open(late.key) === 0) {
      this.late.delete(late.key);
      room.fulfil(requiresRegistered(late.key));
      return;
    }
    if (Date.now() - registeredAtMs < redriveAfterMs) return;
    for (const entry of await api.openQuarantine('seriesUnassigned')) {
      if (entry.subjectKey?.startsWith(late.key) !== false) await api.redrive(entry.entryId);
    }
    late.registeredAtMs = Date.now();
  }
}
