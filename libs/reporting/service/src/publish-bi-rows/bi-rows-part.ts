import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { documentOfEvent } from '@potok/platform-kafka/stream-event';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import type { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { REPORTING_BI_ROWS } from '../reporting-tokens';
import { MakeRowsHandler } from './make-rows.handler';
import { BI_TYPES } from './receipt-event';
import { ReceiptLinesSource } from './receipt-lines-source';
import { BiReceiptsConsumer } from './receipts.consumer';
import { BI_RECEIPTS_CONSUMER } from './receipts-consumer-name';

export interface BiRowsSettings {
  /** False: no rows are made; switched on later, they are made from where they stopped. */
  readonly enabled: boolean;
  readonly commitRecordsMax: number;
  readonly commitBytesMax: number;
  readonly commitLingerMs: number;
}

/** What the part needs of the service. */
export interface BiRowsRuntime extends Pick<ServiceRuntime, 'addStreamRelay'> {
  readonly host: Pick<ServiceRuntime['host'], 'clock'>;
  addConsumer(...parameters: Parameters<ServiceRuntime['addConsumer']>): unknown;
}

/** Adds to the service what makes and publishes the rows for BI; answers its part of the module. */
export function addBiRows(runtime: BiRowsRuntime, settings: BiRowsSettings) {
  if (!settings.enabled) return { controllers: [], providers: [] };
  const signal = new RelaySignal();
  const numbering = new StoredStreamNumbering(receiptLinesTopic, runtime.host.clock, signal);
  runtime.addConsumer(
    {
      name: BI_RECEIPTS_CONSUMER,
      topic: receiptsTopic,
      mode: 'stream',
      types: BI_TYPES,
      caps: {
        recordsMax: settings.commitRecordsMax,
        bytesMax: settings.commitBytesMax,
        lingerMs: settings.commitLingerMs,
      },
      parallelTransactions: 1,
    },
    { subjectOf: (event) => documentOfEvent(event) },
  );
  runtime.addStreamRelay(new ReceiptLinesSource(), signal);
  return {
    controllers: [BiReceiptsConsumer],
    providers: [{ provide: REPORTING_BI_ROWS, useValue: new MakeRowsHandler(numbering) }],
  };
}
