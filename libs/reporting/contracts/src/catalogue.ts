import type { EventDeclaration, TopicDeclaration } from '@potok/kernel/contract';
import type { z } from 'zod';
import { biDailySalesV1 } from './bi-daily-sales.v1';
import { biReceiptLineV1 } from './bi-receipt-line.v1';
import { biTables } from './bi-tables';
import { dailySalesTopic, receiptLinesTopic } from './bi-topics';
import * as http from './report-http';

/** What the generator derives validators, JSON Schemas, BI tables and the topic list from. */
export const topics: readonly TopicDeclaration[] = [receiptLinesTopic, dailySalesTopic];
export const events: readonly EventDeclaration<z.ZodType>[] = [biReceiptLineV1, biDailySalesV1];
export const schemas = {
  salesAnswer: http.salesAnswer,
  returnsAnswer: http.returnsAnswer,
  discountsAnswer: http.discountsAnswer,
  paymentsAnswer: http.paymentsAnswer,
  vatAnswer: http.vatAnswer,
  documentsAnswer: http.documentsAnswer,
  reportLinesAnswer: http.reportLinesAnswer,
  reportShiftsAnswer: http.shiftsAnswer,
  conservationAnswer: http.conservationAnswer,
};
export const tables = biTables;
