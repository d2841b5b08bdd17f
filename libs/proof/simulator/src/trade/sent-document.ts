import type { z } from 'zod';
import type { receivedLine, registerDocument } from '@potok/ingestion-contracts/register-document';

/** What a register may write. */
export type SentDocument = z.input<typeof registerDocument>;
export type SentLine = z.input<typeof receivedLine>;
export type SentIdentity = SentDocument['identities'][number];
export type SentPayment = NonNullable<SentDocument['payments']>[number];
