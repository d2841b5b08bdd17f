import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { envelope, integerTwin, registerId } from '@potok/retail/fields';
import { completenessFields } from './completeness';
import { completenessTopic } from './topics';

const schema = z.object({
  ...envelope,
  registerId,
  registerNo: integerTwin,
  ...completenessFields,
});

/** What is here of a register and what is missing: the latest statement about a register replaces those before it. */
export const completenessStatedV1 = declareEvent({
  name: 'retail.register.completeness-stated',
  version: 1,
  topic: completenessTopic,
  description: 'Up to when everything of a register is here, why, and which numbers are missing.',
  schema,
  mustUnderstand: false,
  example: {
    eventId: 'store-0007-1/12/completeness/0',
    storeId: 'store-0007',
    storeNo: 7,
    streamEpoch: 1,
    streamSeq: 311,
    rootSeq: null,
    cause: null,
    recordedAt: '2026-03-02T18:05:02.000Z',
    causeRecordedAt: null,
    registerId: 'store-0007-1',
    registerNo: 21,
    statementNo: 12,
    completeUpTo: '2026-03-02T09:15:00.000Z',
    completeUpToBasis: 'documents',
    status: 'incomplete',
    lastHeardAt: '2026-03-02T18:05:01.120Z',
    holesOpen: 1,
    numbersMissing: 1,
    shiftsIncomplete: 1,
    reportsDiffering: 0,
    documentsSeq: 4790,
    series: [
      {
        scheme: 'fn',
        series: '7380440800123456',
        numbering: 'dense',
        coverage: [],
        status: 'incomplete',
        basis: 'documents',
        completeUpTo: '2026-03-02T09:15:00.000Z',
        since: 1186,
        lastNumber: 1260,
        statedLastNumber: 1260,
        unsent: 0,
        expected: 75,
        have: 74,
        ended: null,
        holes: [
          {
            from: 1205,
            to: 1205,
            state: 'open',
            class: 'receipts',
            reason: 'missing',
            receiptsMin: 1,
            receiptsMax: 1,
            shiftNumber: 31,
            evidence: '1042 goes from 17 to 19',
            noticedAt: '2026-03-02T09:16:10.000Z',
            resendRequestedAt: '2026-03-02T09:16:30.000Z',
          },
        ],
        holesOpen: 1,
        shifts: [
          {
            number: 31,
            status: 'incomplete',
            basis: null,
            openedAt: '2026-03-02T05:58:00.000Z',
            closedAt: '2026-03-02T18:05:00.000Z',
            firstNumber: 1187,
            lastNumber: 1260,
            expected: 72,
            have: 71,
            report: { result: 'pending', differences: [] },
          },
        ],
      },
    ],
  },
});
export type CompletenessStatedV1 = z.infer<typeof schema>;
