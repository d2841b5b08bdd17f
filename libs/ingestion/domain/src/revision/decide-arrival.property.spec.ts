import * as fc from 'fast-check';
import type { ReceivedLine, RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { built, receipt } from '../test-documents';
import { decideArrival } from './decide-arrival';
import type { Arrival } from './decide-arrival';

/**
 * The oracle looks at what was sent, never at canonical documents: a copy is a choice of what the receipt's source
 * happens to know, and what two copies come to is told from the two choices alone.
 */
interface LineTruth {
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly barcode: string;
  readonly article: string;
  readonly paymentMethod: number;
  readonly subject: number;
  readonly mark: string;
}

/** Which members of each line a copy tells. */
interface LineKnows {
  readonly barcode: boolean;
  readonly article: boolean;
  readonly paymentMethod: boolean;
  readonly subject: boolean;
  readonly mark: boolean;
  readonly location: boolean;
  readonly discounts: boolean;
}

interface Knows {
  readonly lines: LineKnows | null;
  readonly time: boolean;
  readonly payments: boolean;
  readonly fpd: boolean;
  readonly channel: boolean;
  readonly orderId: boolean;
  readonly fiscalName: boolean;
  readonly webhookName: boolean;
}

const lineTruth: fc.Arbitrary<LineTruth> = fc.record({
  quantityMilli: fc.integer({ min: 1, max: 9000 }),
  amountKopecks: fc.integer({ min: 0, max: 100_000 }),
  barcode: fc.integer({ min: 1, max: 9 }).map((digit) => `460068200001${String(digit)}`),
  article: fc.integer({ min: 100, max: 999 }).map(String),
  paymentMethod: fc.integer({ min: 1, max: 7 }),
  subject: fc.integer({ min: 1, max: 33 }),
  mark: fc
    .integer({ min: 0, max: 99 })
    .map((number) => Buffer.from(`01${String(number)}`).toString('base64')),
});
const truths = fc.array(lineTruth, { minLength: 1, maxLength: 5 });

const lineKnows: fc.Arbitrary<LineKnows> = fc.record({
  barcode: fc.boolean(),
  article: fc.boolean(),
  paymentMethod: fc.boolean(),
  subject: fc.boolean(),
  mark: fc.boolean(),
  location: fc.boolean(),
  discounts: fc.boolean(),
});
const knows: fc.Arbitrary<Knows> = fc
  .record({
    lines: fc.option(lineKnows, { freq: 4 }),
    time: fc.boolean(),
    payments: fc.boolean(),
    fpd: fc.boolean(),
    channel: fc.boolean(),
    orderId: fc.boolean(),
    fiscalName: fc.boolean(),
    webhookName: fc.boolean(),
  })
  .map((copy) => (copy.fiscalName || copy.webhookName ? copy : { ...copy, fiscalName: true }));

function sentLine(truth: LineTruth, index: number, known: LineKnows): ReceivedLine {
  const { quantityMilli, amountKopecks } = truth;
  return {
    lineNo: index + 1,
    name: 'Товар',
    quantityMilli,
    amountKopecks,
    ...(known.barcode ? { barcode: truth.barcode } : {}),
    ...(known.article ? { article: truth.article } : {}),
    ...(known.paymentMethod ? { paymentMethod: truth.paymentMethod } : {}),
    ...(known.subject ? { subject: truth.subject } : {}),
    ...(known.mark ? { marks: [{ raw: truth.mark }] } : {}),
    ...(known.location ? { stockLocationId: 'back' } : {}),
    ...(known.discounts ? { discounts: [{ origin: 'promotion', amountKopecks: 100 }] } : {}),
  };
}

function sent(lines: readonly LineTruth[], copy: Knows): RegisterDocument {
  const known = copy.lines;
  return receipt({
    identities: [
      ...(copy.fiscalName ? [{ scheme: 'fn', series: '7380440800123456', number: 7 }] : []),
      ...(copy.webhookName ? [{ scheme: 'evotor', series: 'shop-a', opaqueId: 'a-17' }] : []),
    ],
    occurredAtLocal: copy.time ? '2026-03-02T12:15:07' : undefined,
    payments: copy.payments ? [{ fiscalKind: 'cash', amountKopecks: 300 }] : undefined,
    fiscal: copy.fpd ? { fpd: '0000012345' } : undefined,
    channel: copy.channel ? 'store' : undefined,
    orderId: copy.orderId ? 'order-1' : undefined,
    lines: known === null ? undefined : lines.map((line, index) => sentLine(line, index, known)),
  });
}

const POSTED = ['barcode', 'article', 'paymentMethod', 'subject', 'mark', 'location'] as const;

function gains<Known extends object>(first: Known, second: Known, names: readonly (keyof Known)[]): boolean {
  return names.some((name) => first[name] === false && second[name] === true);
}

interface Expected {
  readonly kind: 'variant' | 'bound' | 'enriched';
  readonly repost: 'none' | 'lines';
}

/** By hand: what comes of a second copy that agrees with the first. */
function expected(first: Knows, second: Knows): Expected {
  const posts =
    gains(first, second, ['time']) ||
    (first.lines === null && second.lines !== null) ||
    (first.lines !== null && second.lines !== null && gains(first.lines, second.lines, POSTED));
  const discounts =
    first.lines !== null && second.lines !== null && gains(first.lines, second.lines, ['discounts']);
  const becomesFiscal = !first.fiscalName && second.fiscalName;
  const filled =
    posts || discounts || becomesFiscal || gains(first, second, ['payments', 'fpd', 'channel', 'orderId']);
  const bound = gains(first, second, ['fiscalName', 'webhookName']);
  if (!filled) return { kind: bound ? 'bound' : 'variant', repost: 'none' };
  return { kind: 'enriched', repost: posts ? 'lines' : 'none' };
}

function outcome(arrival: Arrival): Expected | string {
  if (arrival.kind === 'conflict') return `conflict ${arrival.field}`;
  if (arrival.kind === 'variant') return { kind: 'variant', repost: 'none' };
  return { kind: arrival.revisionKind, repost: arrival.repost };
}

const KNOWN_BEFORE = { overruled: [], defaultLocationId: 'hall' };
const runs = { seed: 7, numRuns: 500 };

describe('a further copy, against an oracle that knows only what was sent', () => {
  it('is a variant, binds or enriches, and posts anew exactly when what is posted differs', () => {
    fc.assert(
      fc.property(truths, knows, knows, (lines, first, second) => {
        const known = built(sent(lines, first)).document;
        const arrived = built(sent(lines, second)).document;
        expect(outcome(decideArrival(known, arrived, KNOWN_BEFORE))).toEqual(expected(first, second));
      }),
      runs,
    );
  });

  it('adds nothing a second time, and never takes back what was stated', () => {
    fc.assert(
      fc.property(truths, knows, knows, (lines, first, second) => {
        const known = built(sent(lines, first)).document;
        const arrived = built(sent(lines, second)).document;
        const arrival = decideArrival(known, arrived, KNOWN_BEFORE);
        if (arrival.kind !== 'revision') return;
        expect(decideArrival(arrival.document, arrived, KNOWN_BEFORE)).toEqual({ kind: 'variant' });
        expect(decideArrival(arrival.document, known, KNOWN_BEFORE)).toEqual({ kind: 'variant' });
        const all = { ...first, lines: first.lines ?? second.lines };
        expect(outcome(decideArrival(built(sent(lines, all)).document, known, KNOWN_BEFORE))).toMatchObject({
          repost: 'none',
        });
      }),
      runs,
    );
  });

  const LIES = [
    'total',
    'operation',
    'time',
    'payments',
    'fpd',
    'amount',
    'quantity',
    'count',
    'subject',
  ] as const;

  it('is a conflict exactly when both state what one of them states otherwise', () => {
    fc.assert(
      fc.property(truths, knows, knows, fc.constantFrom(...LIES), (lines, first, second, lie) => {
        const known = built(sent(lines, first)).document;
        const arrived = built(lying(sent(lines, second), lie)).document;
        const field = contradicted(first, second, lie);
        const arrival = decideArrival(known, arrived, KNOWN_BEFORE);
        expect(arrival.kind === 'conflict' ? arrival.field : null).toBe(field);
        if (field === null) return;
        const overruled = decideArrival(known, arrived, { ...KNOWN_BEFORE, overruled: [arrived] });
        expect(overruled.kind).not.toBe('conflict');
        expect(outcome(overruled)).toMatchObject({ repost: 'none' });
      }),
      runs,
    );
  });

  function contradicted(first: Knows, second: Knows, lie: (typeof LIES)[number]): string | null {
    const bothLines = first.lines !== null && second.lines !== null;
    const bothSubjects = first.lines?.subject === true && second.lines?.subject === true;
    switch (lie) {
      case 'total':
        return 'totalKopecks';
      case 'operation':
        return 'operation';
      case 'time':
        return first.time && second.time ? 'occurredAtLocal' : null;
      case 'payments':
        return first.payments && second.payments ? 'payments' : null;
      case 'fpd':
        return first.fpd && second.fpd ? 'fiscal.fpd' : null;
      case 'subject':
        return bothSubjects ? 'lines' : null;
      default:
        return bothLines ? 'lines' : null;
    }
  }

  function lying(document: RegisterDocument, lie: (typeof LIES)[number]): RegisterDocument {
    const { lines = [] } = document;
    const [line, ...others] = lines;
    const other = (change: Partial<ReceivedLine>): RegisterDocument =>
      line === undefined ? document : { ...document, lines: [{ ...line, ...change }, ...others] };
    switch (lie) {
      case 'total':
        return { ...document, totalKopecks: 301 };
      case 'operation':
        return { ...document, operation: 'return' };
      case 'time':
        return document.occurredAtLocal === undefined
          ? document
          : { ...document, occurredAtLocal: '2026-03-02T12:16:07' };
      case 'payments':
        return document.payments === undefined
          ? document
          : { ...document, payments: [{ fiscalKind: 'electronic', amountKopecks: 300 }] };
      case 'fpd':
        return document.fiscal === undefined ? document : { ...document, fiscal: { fpd: '54321' } };
      case 'amount':
        return other({ amountKopecks: (line?.amountKopecks ?? 0) + 1 });
      case 'quantity':
        return other({ quantityMilli: (line?.quantityMilli ?? 0) + 1 });
      case 'subject':
        return line?.subject === undefined ? document : other({ subject: (line.subject % 33) + 1 });
      case 'count':
        return line === undefined ? document : { ...document, lines: [...lines, { ...line, lineNo: 99 }] };
    }
  }
});
