import type { Clock } from '@potok/kernel/clock';
import { toInstant } from '@potok/kernel/clock';
import type {
  CompletenessBasis,
  CompletenessStatus,
  HeldBackBy,
} from '@potok/ingestion-contracts/completeness';
import type {
  ChainCompleteness,
  DecidingRegister,
  RegisterCompleteness,
  RegisterSummary,
  StoreCompleteness,
} from '@potok/ingestion-contracts/completeness-http';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import { instantOf } from '@potok/ingestion-domain/completeness/state-register';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { readStatements } from '../storage/statement-table';

interface SummaryColumns {
  readonly register_no: number;
  readonly last_heard_at: Date;
  readonly status: CompletenessStatus;
  readonly complete_up_to: Date | null;
  readonly complete_up_to_basis: CompletenessBasis | null;
  readonly holes_open: number;
  readonly numbers_missing: bigint;
  readonly shifts_incomplete: number;
  readonly reports_differing: number;
  readonly documents_seq: bigint;
  readonly beginnings_unknown: number;
  readonly held_back_by: string | null;
}

export interface QueryParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly clock: Clock;
  readonly silentAfterMs: number;
  readonly stoppedAfterMs: number;
}

export interface ChainPage {
  readonly after: string;
  readonly limit: number;
}

interface Summary extends RegisterSummary {
  readonly documentsSeq: number;
}

const BY_WEIGHT: readonly CompletenessStatus[] = ['incomplete', 'unprovable', 'open', 'complete'];

/** Answers what was stated last: of a register, of a store, of the chain. */
export class CompletenessQuery {
  constructor(private readonly parts: QueryParts) {}

  /** Null where nothing was stated of it. */
  async ofRegister({ storeId, registerId, registerNo }: RegisterPlace): Promise<RegisterCompleteness | null> {
    const { database } = this.parts;
    const row = (await readStatements(database, [registerNo])).get(registerNo);
    if (row === undefined) return null;
    return {
      storeId,
      registerId,
      registerNo,
      statedAt: toInstant(row.statedAtMs),
      silentSeconds: this.silentSeconds(row.lastHeardAtMs),
      ...row.statement,
      lastHeardAt: toInstant(row.lastHeardAtMs),
    };
  }

  async ofStore(storeId: string): Promise<StoreCompleteness> {
    const registers = await this.summaries((place) => place.storeId === storeId);
    const heard = registers.filter(({ lastHeardAt }) => lastHeardAt !== null);
    const decidedBy = heard.find(({ completeUpTo }) => completeUpTo === null) ?? least(heard);
    return {
      storeId,
      completeUpTo: decidedBy?.completeUpTo ?? null,
      decidedBy: decidingRegisterOf(decidedBy),
      status: worst(heard),
      holesOpen: total(registers, 'holesOpen'),
      numbersMissing: total(registers, 'numbersMissing'),
      documentsSeq: heard.length === 0 ? 0 : Math.min(...heard.map(({ documentsSeq }) => documentsSeq)),
      registers: registers.map(withoutSeq),
    };
  }

  async ofChain({ after, limit }: ChainPage, sees: (storeId: string) => boolean): Promise<ChainCompleteness> {
    const registers = await this.summaries((place) => sees(place.storeId));
    const heard = registers.filter(({ lastHeardAt }) => lastHeardAt !== null);
    const ofStatus = (wanted: CompletenessStatus) => heard.filter(({ status }) => status === wanted).length;
    const wanting = registers.filter(
      ({ status, silent, heldBack, reportsDiffering }) =>
        silent || heldBack || reportsDiffering > 0 || status === 'incomplete' || status === 'unprovable',
    );
    const page = wanting.filter(({ registerId }) => registerId > after).slice(0, limit + 1);
    const decidedBy = least(heard);
    return {
      asOf: toInstant(this.parts.clock.nowMs()),
      completeUpTo: decidedBy?.completeUpTo ?? null,
      decidedBy: decidingRegisterOf(decidedBy),
      registers: heard.length,
      complete: ofStatus('complete'),
      open: ofStatus('open'),
      incomplete: ofStatus('incomplete'),
      unprovable: ofStatus('unprovable'),
      silent: registers.filter(({ silent }) => silent).length,
      heldBack: registers.filter(({ heldBack }) => heldBack).length,
      beginningsUnknown: registers.filter(({ beginningsUnknown }) => beginningsUnknown > 0).length,
      holesOpen: total(registers, 'holesOpen'),
      numbersMissing: total(registers, 'numbersMissing'),
      shiftsIncomplete: total(registers, 'shiftsIncomplete'),
      reportsDiffering: total(registers, 'reportsDiffering'),
      notComplete: page.slice(0, limit).map(withoutSeq),
      next: page.length > limit ? (page[limit - 1]?.registerId ?? null) : null,
    };
  }

  /** By registerId; registers that were never heard of included. */
  private async summaries(wanted: (place: RegisterPlace) => boolean): Promise<readonly Summary[]> {
    const { database, directory } = this.parts;
    const places = directory.allPlaces().filter(wanted);
    const { rows } = await database.query<SummaryColumns>(
      `SELECT register_no, last_heard_at, status, complete_up_to, complete_up_to_basis, holes_open, numbers_missing,
         shifts_incomplete, reports_differing, documents_seq, beginnings_unknown, held_back_by FROM completeness_register`,
    );
    const byNo = new Map(rows.map((row) => [row.register_no, row]));
    const summaries = places.map((place) => this.summaryOf(place, byNo.get(place.registerNo)));
    return summaries.sort((left, right) => (left.registerId < right.registerId ? -1 : 1));
  }

  private summaryOf({ storeId, registerId }: RegisterPlace, row: SummaryColumns | undefined): Summary {
    const heardMs = row?.last_heard_at.getTime() ?? null;
    const silentSeconds = this.silentSeconds(heardMs);
    const heldBackBy = heldBackByOf(row?.held_back_by ?? null);
    const heldBackSeconds = secondsHeldBack(heldBackBy, heardMs);
    return {
      storeId,
      registerId,
      status: row?.status ?? 'open',
      completeUpTo: instantOf(row?.complete_up_to?.getTime() ?? null),
      completeUpToBasis: row?.complete_up_to_basis ?? null,
      lastHeardAt: instantOf(heardMs),
      silentSeconds,
      beginningsUnknown: row?.beginnings_unknown ?? 0,
      heldBackBy,
      heldBackSeconds,
      heldBack: heldBackSeconds !== null && heldBackSeconds * 1000 >= this.parts.stoppedAfterMs,
      silent: silentSeconds === null || silentSeconds * 1000 >= this.parts.silentAfterMs,
      holesOpen: row?.holes_open ?? 0,
      numbersMissing: Number(row?.numbers_missing ?? 0n),
      shiftsIncomplete: row?.shifts_incomplete ?? 0,
      reportsDiffering: row?.reports_differing ?? 0,
      documentsSeq: Number(row?.documents_seq ?? 0n),
    };
  }

  private silentSeconds(heardMs: number | null): number | null {
    if (heardMs === null) return null;
    return Math.max(0, Math.floor((this.parts.clock.nowMs() - heardMs) / 1000));
  }
}

function heldBackByOf(json: string | null): HeldBackBy | null {
  return json === null ? null : (JSON.parse(json) as HeldBackBy);
}

/** How long the series had given nothing when the register was last heard of. */
function secondsHeldBack(by: HeldBackBy | null, heardMs: number | null): number | null {
  if (by === null || by.lastDocumentAt === null || heardMs === null) return null;
  return Math.max(0, Math.floor((heardMs - Date.parse(by.lastDocumentAt)) / 1000));
}

/** Of those that can be proved. */
function least(registers: readonly RegisterSummary[]): RegisterSummary | undefined {
  return registers
    .filter(({ completeUpTo }) => completeUpTo !== null)
    .reduce<RegisterSummary | undefined>((first, one) => {
      const isEarlier = (one.completeUpTo ?? '') < (first?.completeUpTo ?? '');
      return first === undefined || isEarlier ? one : first;
    }, undefined);
}

function decidingRegisterOf(register: RegisterSummary | undefined): DecidingRegister | null {
  if (register === undefined) return null;
  const { registerId, completeUpTo, completeUpToBasis } = register;
  return { registerId, completeUpTo, basis: completeUpToBasis };
}

function worst(registers: readonly RegisterSummary[]): CompletenessStatus {
  return BY_WEIGHT.find((wanted) => registers.some(({ status }) => status === wanted)) ?? 'open';
}

function total(
  registers: readonly RegisterSummary[],
  measure: 'holesOpen' | 'numbersMissing' | 'shiftsIncomplete' | 'reportsDiffering',
): number {
  return registers.reduce((sum, register) => sum + register[measure], 0);
}

function withoutSeq({ documentsSeq: _seq, ...summary }: Summary): RegisterSummary {
  return summary;
}
