import { eventTypeOf } from '@potok/kernel/contract';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { legalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { OrganisationQuerying } from '@potok/organisation-contracts/organisation-changes';
import { registerV1 } from '@potok/organisation-contracts/register.v1';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import { registrationV1 } from '@potok/organisation-contracts/registration.v1';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import { storeV1 } from '@potok/organisation-contracts/store.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { DirtyTableStateSource } from '@potok/platform-publication/state-source';
import type { StateRow } from '@potok/platform-publication/stream';
import {
  readLegalEntities,
  readRegisters,
  readRegistrations,
  readStores,
} from '../storage/organisation-rows';
import type { Condition } from '../storage/organisation-rows';

const SOURCE = '/potok/register-ingestion';
/** The key of a registration: scheme, series and the first number; a scheme holds no bar. */
const REGISTRATION_KEY = "scheme || '|' || series || '|' || from_number";

interface PublishedRow {
  readonly version: number;
  readonly recordedAt: string;
}

interface StateDeclaration<Row extends PublishedRow> {
  readonly topic: TopicDeclaration;
  readonly event: { readonly name: string; readonly version: number };
  /** SQL of the key. */
  readonly keySql: string;
  readonly keyOf: (row: Row) => string;
  readonly read: (querying: OrganisationQuerying, condition: Condition) => Promise<Row[]>;
}

/** One compacted topic of the organisation: its rows as they are published. */
export class OrganisationState<Row extends PublishedRow> {
  readonly signal = new RelaySignal();
  readonly source: DirtyTableStateSource;

  constructor(private readonly declaration: StateDeclaration<Row>) {
    const { topic, keySql, read } = declaration;
    this.source = new DirtyTableStateSource({
      topic,
      signal: this.signal,
      load: async (tx, keys) => {
        const rows = await read(tx, {
          sql: `WHERE ${keySql} = ANY ($1::text[])`,
          parameters: [textArray(keys)],
        });
        return rows.map((row) => this.stateRow(row));
      },
      page: async (tx, { afterKey, limit }) => {
        const sql = `WHERE ($1::text IS NULL OR ${keySql} > $1) ORDER BY ${keySql} LIMIT $2`;
        return (await read(tx, { sql, parameters: [afterKey, limit] })).map((row) => this.stateRow(row));
      },
    });
  }

  /** In the transaction that changed them. */
  changed(tx: Tx, rows: readonly Row[]): Promise<void> {
    return this.source.markDirty(
      tx,
      rows.map((row) => ({
        key: this.declaration.keyOf(row),
        partition: this.partitionOf(row),
        version: row.version,
      })),
    );
  }

  private partitionOf(row: Row): number {
    return murmur2Partition(this.declaration.keyOf(row), this.declaration.topic.partitions);
  }

  private stateRow(row: Row): StateRow {
    const key = this.declaration.keyOf(row);
    const { version, recordedAt: time } = row;
    const type = eventTypeOf(this.declaration.event);
    const headers = stateHeaders({ id: `${key}/${String(version)}`, type, source: SOURCE, time, version });
    return {
      key,
      partition: this.partitionOf(row),
      version,
      value: Buffer.from(JSON.stringify(row), 'utf8'),
      headers,
    };
  }
}

/** The organisation's compacted topics: one partition each. */
export class OrganisationPublication {
  readonly legalEntities = new OrganisationState<LegalEntityV1>({
    topic: legalEntityV1.topic,
    event: legalEntityV1,
    keySql: 'legal_entity_id',
    keyOf: ({ legalEntityId }) => legalEntityId,
    read: readLegalEntities,
  });
  readonly stores = new OrganisationState<StoreV1>({
    topic: storeV1.topic,
    event: storeV1,
    keySql: 'store_id',
    keyOf: ({ storeId }) => storeId,
    read: readStores,
  });
  readonly registers = new OrganisationState<RegisterV1>({
    topic: registerV1.topic,
    event: registerV1,
    keySql: 'register_id',
    keyOf: ({ registerId }) => registerId,
    read: readRegisters,
  });
  readonly registrations = new OrganisationState<RegistrationV1>({
    topic: registrationV1.topic,
    event: registrationV1,
    keySql: REGISTRATION_KEY,
    keyOf: ({ scheme, series, fromNumber }) => `${scheme}|${series}|${String(fromNumber)}`,
    read: readRegistrations,
  });

  all(): readonly Pick<OrganisationState<PublishedRow>, 'source' | 'signal'>[] {
    return [this.legalEntities, this.stores, this.registers, this.registrations];
  }
}
