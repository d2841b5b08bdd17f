import type { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { Provider, Type } from '@nestjs/common';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { ConflictsController } from '../decide-conflict/conflicts.controller';
import { ConflictsQuery } from '../decide-conflict/conflicts.query';
import { DecideConflictHandler } from '../decide-conflict/decide-conflict.handler';
import { HeldCopies } from '../decide-conflict/held-copy';
import {
  INGESTION_CONFLICTS,
  INGESTION_DECIDE_CONFLICT,
  INGESTION_HISTORY,
  INGESTION_MERGE,
  INGESTION_REMAPS,
  INGESTION_WITHDRAW,
} from '../ingestion-tokens';
import { MergeDocumentsHandler } from '../merge-documents/merge-documents.handler';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import { DocumentHistoryQuery } from '../query-documents/document-history.query';
import type { RedriveLinesHandler } from '../redrive-lines/redrive-lines.handler';
import { RemapStepHandler } from '../remap-register/remap-step.handler';
import { remapWorker } from '../remap-register/remap-worker';
import { RemapsController } from '../remap-register/remaps.controller';
import { RemapsHandler } from '../remap-register/remaps.handler';
import { ArchivedBytesQuery } from '../restore-archive/archived-bytes.query';
import type { SeriesTable } from '../storage/series-table';
import type { Vault } from '../vault/vault';
import { WithdrawDocumentHandler } from '../withdraw-document/withdraw-document.handler';
import { DecideDocumentsController } from './decide-documents.controller';

export interface DecisionsHost {
  readonly database: Transactor;
  /** One of its own: it is refreshed within decisions' transactions. */
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly numbering: StreamNumbering;
  readonly quarantine: LineQuarantine;
  readonly vault: Vault;
  readonly zones: ZoneOffsets;
  readonly redrive: RedriveLinesHandler;
  readonly monotonicMs: () => number;
  /** Of work that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** Everything by which persons decide about documents: a part of the service register-ingestion. */
export class DecisionsPart {
  readonly controllers: Type[] = [ConflictsController, DecideDocumentsController, RemapsController];
  readonly conflicts: ConflictsQuery;
  readonly deciding: DecideConflictHandler;
  readonly merging: MergeDocumentsHandler;
  readonly withdrawing: WithdrawDocumentHandler;
  readonly histories: DocumentHistoryQuery;
  readonly remapStep: RemapStepHandler;
  readonly remapWorker: PeriodicWorker;
  readonly remaps: RemapsHandler;

  constructor(host: DecisionsHost) {
    const { database, directory, vault } = host;
    const copies = new HeldCopies({ ...host, archive: new ArchivedBytesQuery(database, vault) });
    this.conflicts = new ConflictsQuery(database, directory, copies);
    this.deciding = new DecideConflictHandler({ ...host, copies });
    this.merging = new MergeDocumentsHandler({ ...host, copies });
    this.withdrawing = new WithdrawDocumentHandler(database, host);
    this.histories = new DocumentHistoryQuery(database, directory);
    this.remapStep = new RemapStepHandler(host);
    this.remapWorker = remapWorker({ ...host, handler: this.remapStep });
    this.remaps = new RemapsHandler(database, host.series, this.remapWorker.wake);
  }

  providers(): Provider[] {
    return [
      { provide: INGESTION_CONFLICTS, useValue: this.conflicts },
      { provide: INGESTION_DECIDE_CONFLICT, useValue: this.deciding },
      { provide: INGESTION_MERGE, useValue: this.merging },
      { provide: INGESTION_WITHDRAW, useValue: this.withdrawing },
      { provide: INGESTION_HISTORY, useValue: this.histories },
      { provide: INGESTION_REMAPS, useValue: this.remaps },
    ];
  }
}
