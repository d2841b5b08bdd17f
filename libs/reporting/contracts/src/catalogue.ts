import type { EventDeclaration, TopicDeclaration } from '@potok/kernel/contract';
import type { z } from 'zod';
import { biReceiptLineV1 } from './bi-receipt-line.v1';
import { biTables } from './bi-tables';
import { receiptLinesTopic } from './bi-topics';

/** What the generator derives validators, JSON Schemas, BI tables and the topic list from. */
export const topics: readonly TopicDeclaration[] = [receiptLinesTopic];
export const events: readonly EventDeclaration<z.ZodType>[] = [biReceiptLineV1];
export const schemas = {};
export const tables = biTables;
