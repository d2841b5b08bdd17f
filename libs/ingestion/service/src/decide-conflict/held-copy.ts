import { buildDocument } from '@potok/ingestion-domain/canonical/build-document';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import { readLine } from '@potok/ingestion-domain/read-line';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { Tx } from '@potok/platform-postgres/tx';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import type { DecisionError } from '../decide-documents/decision-error';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { LINE_SOURCE } from '../quarantine/line-quarantine';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import type { ArchivedBytesQuery } from '../restore-archive/archived-bytes.query';
import type { StoredConflict } from '../storage/conflict-table';
import type { Vault } from '../vault/vault';

/** A held copy as it would stand in the place of its document. */
export interface HeldCopy {
  readonly canonical: CanonicalDocument;
  readonly identities: readonly KnownIdentity[];
}

export interface HeldCopyParts {
  readonly directory: OrganisationDirectory;
  readonly archive: ArchivedBytesQuery;
  readonly quarantine: LineQuarantine;
  readonly vault: Vault;
  readonly zones: ZoneOffsets;
}

const PAGE = 1_000;

type Querying = Pick<Tx, 'query'>;

/** Reads held copies back from the archive, or from quarantine where they never came into it. */
export class HeldCopies {
  constructor(private readonly parts: HeldCopyParts) {}

  async read(
    querying: Querying,
    conflict: StoredConflict,
    standing: CanonicalDocument,
  ): Promise<Result<HeldCopy, DecisionError>> {
    const bytes = await this.bytesOf(querying, conflict);
    if (bytes === null) return fail({ code: 'copyErased' });
    const read = readLine(bytes.toString('utf8'));
    if (read.verdict !== 'usable') return fail({ code: 'copyUnreadable' });
    const { registerId } = standing;
    const place = this.parts.directory.register(registerId);
    if (place === undefined) return fail({ code: 'registerArchived', registerId });
    const { identities } = read;
    const { document } = buildDocument(read.document, {
      identities,
      place,
      receivedAtMs: Math.min(conflict.receivedAtMs, Date.parse(standing.time.receivedAt)),
      previousLedgerMs: null,
      zones: this.parts.zones,
      employeeSource: this.employeeSource(conflict, place),
      referenceOf: this.parts.vault.referenceOf,
    });
    return ok({ canonical: document, identities });
  }

  /** Ids of the open quarantine rows that hold these bytes. */
  async openEntries(querying: Querying, conflict: StoredConflict): Promise<readonly number[]> {
    const { subjectKey } = conflict;
    const { quarantine } = this.parts;
    const filter = { source: LINE_SOURCE, subjectKey, state: 'open', limit: PAGE } as const;
    const rows = await quarantine.store.list(querying, filter);
    const sha256 = conflict.sha256.toString('hex');
    return rows.filter((row) => row.sha256 === sha256).map(({ id }) => id);
  }

  private async bytesOf(querying: Querying, conflict: StoredConflict): Promise<Buffer | null> {
    const { archive, quarantine } = this.parts;
    if (conflict.observationNo !== null) {
      const archived = await archive.bytesIn(querying, conflict.documentId, conflict.observationNo);
      return archived.kind === 'bytes' ? archived.bytes : null;
    }
    const [id] = await this.openEntries(querying, conflict);
    return id === undefined ? null : ((await quarantine.store.get(querying, id))?.bytes ?? null);
  }

  private employeeSource({ credentialId }: StoredConflict, { legalEntityId }: RegisterPlace): string {
    return this.parts.directory.credential(credentialId)?.scope.system ?? legalEntityId;
  }
}
