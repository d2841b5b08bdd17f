import { exampleReceipt } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { STREAM_TYPES } from './bi-story-events';
import type { StoryDecision, StoryDocument, StoryLine } from './bi-story-events';
import { documentOf } from './bi-story-events';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { randomWhole, seededRandom } from '@potok/platform-testing/seeded-random';

/**
 * Receipts of some stores with everything that happens to them later: lines decided anew, revisions that change, add or
 * drop lines or move to another month, withdrawals. Keeps what is true at the end by rules of its own.
 */
export interface StoryOptions {
  readonly seed: number;
  readonly stores: number;
  readonly steps: number;
}

/** What a sum over a day must give, counted in another way than the code under test does. */
export interface StoryTruth {
  readonly lines: number;
  readonly receipts: number;
  readonly amountKopecks: number;
  readonly revenueKopecks: number;
  readonly stockMilli: number;
  readonly receiptTotalKopecks: number;
}

export interface Story {
  readonly events: readonly StreamEvent[];
  /** By `store|business date`. */
  readonly truth: ReadonlyMap<string, StoryTruth>;
}

const DAYS = ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'] as const;
const EFFECT_OF = { sale: 'out', return: 'in' } as const;
const RECOGNITIONS = [
  'sale',
  'sale',
  'sale',
  'credit',
  'transferAgainstAdvance',
  'advance',
  'agent',
] as const;

export function biStory(options: StoryOptions): Story {
  const teller = new Teller(options);
  for (let step = 0; step < options.steps; step += 1) teller.step();
  return { events: teller.events, truth: truthOf(teller.documents) };
}

interface Emitted {
  readonly verb: 'registered' | 'revised';
  readonly kind: 'original' | 'enriched' | 'withdrawn';
}

class Teller {
  readonly events: StreamEvent[] = [];
  readonly documents: StoryDocument[] = [];
  private readonly random: () => number;
  private readonly lastSeq = new Map<number, number>();

  constructor(private readonly options: StoryOptions) {
    this.random = seededRandom(options.seed);
  }

  step(): void {
    const old = this.documents[randomWhole(this.random, 0, this.documents.length - 1)];
    const what = this.random();
    if (old === undefined || !old.stands || what < 0.6) this.register();
    else if (what < 0.78) this.decide(old);
    else if (what < 0.95) this.revise(old);
    else this.withdraw(old);
  }

  private register(): void {
    const storeNo = randomWhole(this.random, 1, this.options.stores);
    const seq = this.nextSeq(storeNo);
    const document: StoryDocument = {
      storeNo,
      receiptSeq: seq,
      documentId: `00000000-0000-5000-8000-${String(storeNo * 1_000_000 + seq).padStart(12, '0')}`,
      operation: this.random() < 0.8 ? 'sale' : 'return',
      revision: 1,
      decisionNo: 0,
      stands: true,
      businessDate: this.day(),
      totalKopecks: 0,
      lines: [],
    };
    this.setLines(document, randomWhole(this.random, 0, 6));
    this.documents.push(document);
    this.emit(document, seq, { verb: 'registered', kind: 'original' });
  }

  private revise(document: StoryDocument): void {
    document.revision += 1;
    document.decisionNo = 0;
    if (this.random() < 0.3) document.businessDate = this.day();
    this.setLines(document, randomWhole(this.random, 0, 6));
    this.emit(document, this.nextSeq(document.storeNo), { verb: 'revised', kind: 'enriched' });
  }

  private withdraw(document: StoryDocument): void {
    document.revision += 1;
    document.decisionNo = 0;
    document.stands = false;
    this.emit(document, this.nextSeq(document.storeNo), { verb: 'revised', kind: 'withdrawn' });
  }

  /** Some lines of the receipt; of a receipt without any, a person adds one. */
  private decide(document: StoryDocument): void {
    const seq = this.nextSeq(document.storeNo);
    document.decisionNo += 1;
    if (document.lines.length === 0) {
      document.lines.push({ ...this.line(1), state: 'added', amountKopecks: document.totalKopecks });
    } else {
      for (const line of document.lines) {
        if (line.state !== 'voided' && this.random() < 0.7) line.decision = this.decision();
      }
    }
    const value = {
      ...this.envelope(document, seq, `decided/${String(document.decisionNo)}`),
      receiptSeq: document.receiptSeq,
      decisionNo: document.decisionNo,
      reason: 'manual',
      ...(this.random() < 0.3 ? { meaning: { purpose: 'customerReturn' } } : {}),
      lines: document.lines.filter(({ state }) => state !== 'voided').map((line) => decided(document, line)),
    };
    if (value.lines.length === 0) return void this.lastSeq.set(document.storeNo, seq - 1);
    this.push(document, { seq, type: STREAM_TYPES.decided, value });
  }

  private setLines(document: StoryDocument, count: number): void {
    document.lines = Array.from({ length: count }, (_, index) => this.line(index + 1));
    const sum = document.lines.reduce(
      (total, { state, amountKopecks }) => total + (state === 'sold' ? amountKopecks : 0),
      0,
    );
    document.totalKopecks = count === 0 ? randomWhole(this.random, 1, 90_000) : sum;
  }

  private line(lineNo: number): StoryLine {
    return {
      lineNo,
      state: this.random() < 0.1 ? 'voided' : 'sold',
      amountKopecks: randomWhole(this.random, 1, 250_000),
      decision: this.decision(),
    };
  }

  private decision(): StoryDecision {
    const recognition = RECOGNITIONS[randomWhole(this.random, 0, RECOGNITIONS.length - 1)] ?? 'sale';
    return {
      productNo: randomWhole(this.random, 1, 40),
      quantityMilli: randomWhole(this.random, 1, 5_000),
      recognition,
      moves: recognition !== 'advance' && recognition !== 'agent',
    };
  }

  private day(): string {
    return DAYS[randomWhole(this.random, 0, DAYS.length - 1)] ?? DAYS[0];
  }

  private nextSeq(storeNo: number): number {
    const seq = (this.lastSeq.get(storeNo) ?? 0) + 1;
    this.lastSeq.set(storeNo, seq);
    return seq;
  }

  private emit(document: StoryDocument, seq: number, { verb, kind }: Emitted): void {
    const value = {
      ...exampleReceipt,
      ...this.envelope(document, seq, `${verb === 'revised' ? 'revised' : 'decided'}/0`),
      ...(verb === 'revised' ? { receiptSeq: document.receiptSeq, repost: 'lines' } : {}),
      revisionKind: kind,
      businessDate: document.businessDate,
      lines: document.lines.map((line) => decided(document, line)),
      document: documentOf(document),
    };
    this.push(document, { seq, type: STREAM_TYPES[verb], value });
  }

  private envelope(document: StoryDocument, seq: number, what: string) {
    const { storeNo, documentId, revision } = document;
    return {
      eventId: `${documentId}/${String(revision)}/${what}`,
      storeId: storeIdOf(storeNo),
      storeNo,
      streamEpoch: 1,
      streamSeq: seq,
      rootSeq: document.receiptSeq,
      cause: null,
      recordedAt: '2026-03-02T09:15:01.450Z',
      causeRecordedAt: null,
      documentId,
      revision,
      catalogueVersion: 1,
      ruleVersion: 1,
      locationId: storeIdOf(storeNo),
      locationNo: storeNo,
    };
  }

  private push(
    { storeNo }: StoryDocument,
    event: { readonly seq: number; readonly type: string; readonly value: { readonly eventId: string } },
  ): void {
    this.events.push({
      topic: receiptsTopic.name,
      partition: 0,
      offset: this.events.length,
      streamKey: storeIdOf(storeNo),
      epoch: 1,
      seq: event.seq,
      eventId: event.value.eventId,
      type: event.type,
      value: Buffer.from(JSON.stringify(event.value)),
      traceparent: null,
    });
  }
}

export function storeIdOf(storeNo: number): string {
  return `store-${String(storeNo)}`;
}

function decided({ operation }: StoryDocument, { lineNo, state, amountKopecks, decision }: StoryLine) {
  const voided = state === 'voided';
  return {
    lineNo,
    productId: `p-${String(decision.productNo)}`,
    productNo: decision.productNo,
    quantityMilli: decision.quantityMilli,
    amountKopecks,
    stockEffect: voided || !decision.moves ? 'none' : EFFECT_OF[operation],
    recognition: voided ? 'none' : decision.recognition,
    matchedBy: 'barcode',
  };
}

function truthOf(documents: readonly StoryDocument[]): Map<string, StoryTruth> {
  const days = new Map<string, StoryTruth>();
  for (const document of documents.filter(({ stands }) => stands)) {
    const key = `${storeIdOf(document.storeNo)}|${document.businessDate}`;
    const day = days.get(key);
    days.set(key, day === undefined ? dayOf(document) : added(day, dayOf(document)));
  }
  return days;
}

function dayOf({ operation, lines, totalKopecks }: StoryDocument): StoryTruth {
  const sign = operation === 'sale' ? 1 : -1;
  const counted = lines.filter(({ state }) => state !== 'voided');
  const own = counted.filter(({ decision }) => !['advance', 'agent'].includes(decision.recognition));
  const moved = counted.filter(({ decision }) => decision.moves);
  const withoutLines = lines.length === 0 ? totalKopecks : 0;
  return {
    lines: Math.max(1, lines.length),
    receipts: 1,
    amountKopecks: withoutLines + lines.reduce((sum, line) => sum + line.amountKopecks, 0),
    revenueKopecks: sign * (withoutLines + own.reduce((sum, line) => sum + line.amountKopecks, 0)),
    stockMilli: -sign * moved.reduce((sum, { decision }) => sum + decision.quantityMilli, 0),
    receiptTotalKopecks: totalKopecks,
  };
}

function added(one: StoryTruth, other: StoryTruth): StoryTruth {
  return {
    lines: one.lines + other.lines,
    receipts: one.receipts + other.receipts,
    amountKopecks: one.amountKopecks + other.amountKopecks,
    revenueKopecks: one.revenueKopecks + other.revenueKopecks,
    stockMilli: one.stockMilli + other.stockMilli,
    receiptTotalKopecks: one.receiptTotalKopecks + other.receiptTotalKopecks,
  };
}
