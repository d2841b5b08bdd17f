import type { KnownIdentity } from './identities';
import { numberOf } from './identities';

/** Where a register stands: everything that a document takes over from the organisation. */
export interface RegisterPlace {
  readonly registerId: string;
  readonly registerNo: number;
  readonly storeId: string;
  readonly storeNo: number;
  readonly legalEntityId: string;
  readonly timeZone: string;
  readonly dayCutover: string;
  readonly locationId: string;
  readonly locationNo: number;
  /** Locations of the store by locationId. */
  readonly locationNos: ReadonlyMap<string, number>;
}

/** A number range of a series and the register it belongs to. */
export interface SeriesRange {
  readonly fromNumber: number;
  readonly toNumber: number | null;
  readonly registerId: string;
}

/** What the edge and the intake know about the organisation. */
export interface PlaceDirectory {
  register(registerId: string): RegisterPlace | undefined;
  ranges(scheme: string, series: string): readonly SeriesRange[];
}

/** What a credential may speak for. */
export interface SpeakingScope {
  readonly registers: ReadonlySet<string>;
  readonly stores: ReadonlySet<string>;
  /** A whole system: all registers of all stores. */
  readonly system: string | null;
  /** The one register that it speaks for, where it is one. */
  readonly onlyRegister: string | null;
}

export type PlaceFault = 'registerUnknown' | 'registerNotInScope' | 'seriesUnassigned';

/** Series of this scheme name their register: `<registerId>/<epoch>`. They need no registration. */
export const AGENT_SCHEME = 'agent';

export interface Spoken {
  readonly identities: readonly KnownIdentity[];
  /** As the document states it. */
  readonly registerId: string | null;
  readonly scope: SpeakingScope;
}

/**
 * The register that a document belongs to. The number range of a registered series decides, never what the sender
 * says; whatever it is must lie in the credential's scope.
 */
export function placeOf(spoken: Spoken, directory: PlaceDirectory): RegisterPlace | PlaceFault {
  const stated = spoken.registerId ?? spoken.scope.onlyRegister;
  if (stated !== null) {
    const register = directory.register(stated);
    if (register === undefined) return 'registerUnknown';
    if (!speaksFor(spoken.scope, register)) return 'registerNotInScope';
  }
  let assigned: RegisterPlace | undefined;
  for (const identity of spoken.identities) {
    const registerId = registerOf(identity, directory);
    if (registerId === null) continue;
    const register = directory.register(registerId);
    if (register === undefined) return 'registerUnknown';
    if (!speaksFor(spoken.scope, register)) return 'registerNotInScope';
    assigned ??= register;
  }
  return assigned ?? 'seriesUnassigned';
}

function speaksFor(scope: SpeakingScope, register: RegisterPlace): boolean {
  return (
    scope.system !== null || scope.registers.has(register.registerId) || scope.stores.has(register.storeId)
  );
}

function registerOf(identity: KnownIdentity, directory: PlaceDirectory): string | null {
  const ranges = directory.ranges(identity.scheme, identity.series);
  const number = numberOf(identity);
  for (const range of ranges) {
    const holds =
      number === null ||
      (range.fromNumber <= number && (range.toNumber === null || number <= range.toNumber));
    if (holds) return range.registerId;
  }
  return identity.scheme === AGENT_SCHEME ? agentRegister(identity.series) : null;
}

function agentRegister(series: string): string {
  const slash = series.indexOf('/');
  return slash < 0 ? series : series.slice(0, slash);
}
