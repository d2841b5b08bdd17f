import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { TRAINING_PREFIXES } from '@potok/ingestion-domain/training';
import { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import type { Database } from '@potok/platform-postgres/database';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { DocumentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { DecisionsPart } from '../decide-documents/decisions-part';
import type { InboxLine, LineOutcome } from '../intake/inbox-line';
import { IntakeRace } from '../intake/intake-race';
import { IntakeHandler } from '../intake/intake.handler';
import { ingestionMigrations } from '../migrations/ingestion-migrations';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { LineQuarantine } from '../quarantine/line-quarantine';
import { IntakeService } from '../intake/intake-service';
import { SeriesTable } from '../storage/series-table';
import { RedriveLinesHandler } from '../redrive-lines/redrive-lines.handler';
import { Vault } from '../vault/vault';
import { VaultCipher } from '../vault/vault-cipher';
import { bytesOf, SERIES } from './sent-documents';
import { FixedOrganisation } from './fixed-organisation';

export const RECEIVED_AT_MS = Date.UTC(2026, 2, 2, 9, 20);
export const MASTER_KEY = Buffer.alloc(32, 7);
export const DEVICE = 'dev-1';

/** One intake as a process would have it: its own memory, its own pool. */
export interface Intake {
  readonly database: Database;
  readonly decisions: DecisionsPart;
  readonly handler: IntakeHandler;
  readonly service: IntakeService;
  readonly quarantine: LineQuarantine;
  readonly vault: Vault;
}

/** Ingestion's tables on a real server, and intakes over them. */
export class IntakeFixture {
  readonly organisation = new FixedOrganisation()
    .store(1)
    .store(2)
    .register(1, 1)
    .register(1, 2)
    .register(2, 1)
    .series('store-1-1', SERIES)
    .credential(DEVICE, { stores: ['store-1'] });

  private constructor(readonly test: TestDatabase) {}

  static async create(): Promise<IntakeFixture> {
    const migrations = [...publicationMigrations, ...quarantineMigrations, ...ingestionMigrations];
    return new IntakeFixture(await createTestDatabase({ migrations }));
  }

  intake(nowMs: () => number = Date.now): Intake {
    const database = this.test.connect();
    const vault = new Vault(MASTER_KEY);
    const store = new PgQuarantineStore(new VaultCipher(vault, () => database));
    const quarantine = new LineQuarantine(store);
    const parts = {
      series: new SeriesTable(),
      vault,
      numbering: new StoredStreamNumbering(documentsTopic, { nowMs }, new RelaySignal()),
      zones: new ZoneOffsets(),
    };
    const handler = new IntakeHandler({
      ...parts,
      directory: new OrganisationDirectory(this.organisation),
      trainingPrefixes: TRAINING_PREFIXES,
    });
    const service = new IntakeService(handler, quarantine);
    const redrive = new RedriveLinesHandler(database, service, quarantine);
    const directory = new OrganisationDirectory(this.organisation);
    const decisions = new DecisionsPart({
      ...parts,
      database,
      directory,
      quarantine,
      redrive,
      monotonicMs: () => performance.now(),
      onError: (error) => {
        throw error;
      },
    });
    return { database, handler, vault, quarantine, service, decisions };
  }

  /** Takes the documents in as one batch; repeats it when another intake was faster, as the runner does. */
  async take(intake: Intake, documents: readonly unknown[]): Promise<readonly LineOutcome[]> {
    const lines = documents.map((document) => lineOf(document));
    for (;;) {
      try {
        return await intake.database.tx((tx) => intake.service.takeIn(tx, lines));
      } catch (error) {
        if (!(error instanceof IntakeRace)) throw error;
      }
    }
  }

  /** Every event that was numbered, in the order of each store's stream. */
  async events(): Promise<DocumentRegisteredV1[]> {
    const { rows } = await this.test.database.query<{ bytes: Buffer }>(
      'SELECT bytes FROM event_block ORDER BY store_no, stream_epoch, first_seq',
    );
    return rows.flatMap((row) =>
      decodeEventBlock(row.bytes).map((value) => JSON.parse(value.toString('utf8')) as DocumentRegisteredV1),
    );
  }

  async drop(): Promise<void> {
    await this.test.drop();
  }
}

export function lineOf(document: unknown, overrides: Partial<InboxLine> = {}): InboxLine {
  return {
    bytes: Buffer.isBuffer(document) ? document : bytesOf(document),
    receivedAtMs: RECEIVED_AT_MS,
    credentialId: DEVICE,
    rejection: null,
    usable: null,
    cut: null,
    traceparent: null,
    entryId: null,
    ...overrides,
  };
}
