import { toInstant } from '@potok/kernel/clock';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { ConflictList, ConflictSummary, ConflictView } from '@potok/ingestion-contracts/decisions-http';
import { differencesOf } from '@potok/ingestion-domain/revision/differences';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { DecisionError } from '../decide-documents/decision-error';
import { decisionViewOf } from '../decide-documents/decision-view';
import { readStanding } from '../decide-documents/standing-document';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { listConflicts, readConflict } from '../storage/conflict-table';
import type { ConflictFilter, StoredConflict } from '../storage/conflict-table';
import { decisionsOfConflicts } from '../storage/decision-table';
import type { HeldCopies } from './held-copy';

/** Stores by id; null = all. */
export interface ConflictsAsked extends Omit<ConflictFilter, 'storeNos'> {
  readonly storeIds: readonly string[] | null;
}

interface NameRow {
  readonly document_id: string;
  readonly scheme: string;
  readonly series: string;
  readonly number: bigint | null;
}

/** What persons have to decide, with both sides of it. */
export class ConflictsQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
    private readonly copies: HeldCopies,
  ) {}

  async list({ storeIds, ...filter }: ConflictsAsked): Promise<ConflictList> {
    return this.database.tx(
      async (tx) => {
        await this.directory.refresh(tx);
        const storeNos =
          storeIds?.flatMap((storeId) => this.directory.storeOf(storeId)?.storeNo ?? []) ?? null;
        const rows = await listConflicts(tx, { ...filter, storeNos });
        const last = rows.length === filter.limit ? rows.at(-1) : undefined;
        return {
          conflicts: await this.summaries(tx, rows),
          next: last === undefined ? null : String(last.conflictNo),
        };
      },
      { readOnly: true },
    );
  }

  /** The store that it lies in; null where there is no such conflict. */
  async storeOf(conflictNo: number): Promise<string | null> {
    const conflict = await readConflict(this.database, conflictNo);
    if (conflict === null) return null;
    await this.directory.refresh(this.database);
    return this.directory.storeIdOf(conflict.storeNo) ?? '';
  }

  async show(conflictNo: number): Promise<Result<ConflictView, DecisionError>> {
    return this.database.tx((tx) => this.view(tx, conflictNo), { readOnly: true });
  }

  private async view(tx: Tx, conflictNo: number): Promise<Result<ConflictView, DecisionError>> {
    await this.directory.refresh(tx);
    const conflict = await readConflict(tx, conflictNo);
    const [summary] = await this.summaries(tx, conflict === null ? [] : [conflict]);
    if (conflict === null || summary === undefined) return fail({ code: 'conflictUnknown' });
    const standing = await readStanding(tx, [
      conflict.documentId,
      ...conflict.joinedIds.filter((documentId) => documentId !== conflict.documentId),
    ]);
    if (!standing.ok) return standing;
    const [first, ...others] = standing.value.map(({ canonical }) => canonical);
    if (first === undefined) return fail({ code: 'conflictUnknown' });
    const read = await this.copies.read(tx, conflict, first);
    const held = read.ok ? read.value.canonical : null;
    const against = conflict.kind === 'conflict' ? held : (others[0] ?? null);
    return ok({ ...summary, standing: first, held, others, differences: [...differences(first, against)] });
  }

  private async summaries(tx: Tx, conflicts: readonly StoredConflict[]): Promise<ConflictSummary[]> {
    if (conflicts.length === 0) return [];
    const decisions = await decisionsOfConflicts(
      tx,
      conflicts.map(({ conflictNo }) => conflictNo),
    );
    const names = await namesOf(
      tx,
      conflicts.map(({ documentId }) => documentId),
    );
    return conflicts.map((conflict) => {
      const decision = decisions.get(conflict.conflictNo);
      const name = names.get(conflict.documentId);
      return {
        conflictNo: String(conflict.conflictNo),
        kind: conflict.kind,
        state: conflict.state,
        documentId: conflict.documentId,
        joinedIds: [...conflict.joinedIds],
        storeId: this.directory.storeIdOf(conflict.storeNo) ?? '',
        scheme: name?.scheme ?? '',
        series: name?.series ?? '',
        number: name?.number === null || name === undefined ? null : Number(name.number),
        field: conflict.field,
        receivedAt: toInstant(conflict.receivedAtMs),
        decision: decision === undefined ? null : decisionViewOf(decision),
      };
    });
  }
}

function differences(standing: CanonicalDocument, against: CanonicalDocument | null) {
  return against === null ? [] : differencesOf(standing, against);
}

/** The name under which each document was received first. */
async function namesOf(tx: Tx, documentIds: readonly string[]): Promise<ReadonlyMap<string, NameRow>> {
  const { rows } = await tx.query<NameRow>(
    `SELECT document.document_id, series.scheme, series.series, document.number
     FROM document JOIN series USING (series_no)
     WHERE document.document_id = ANY ($1::uuid[]) AND document.revision = 1`,
    [textArray([...new Set(documentIds)])],
  );
  return new Map(rows.map((row) => [row.document_id, row]));
}
