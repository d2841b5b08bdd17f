import type { SimulatedChain, SimulatedStore } from '../chain/chain';
import { daysOf } from '../chain/options';
import { SeededRandom } from '../random/seeded-random';
import { addDays, localMinute } from '../trade/arrivals';
import type { TillDocument } from '../trade/receipt';
import type { SentDocument, SentIdentity } from '../trade/sent-document';
import { StoreTrade } from '../trade/store-trade';
import { identityKey, type DocumentFacts } from '../truth/document-facts';
import { breakBody, refusedLine } from './broken-documents';
import {
  cloudReport,
  conflictingDocument,
  fullCopy,
  operatorCopy,
  pendingReport,
  type CloudDetail,
} from './copies';
import { OfflineSpells } from './offline-spells';
import {
  inSendingOrder,
  requiresConfirmed,
  requiresRegistered,
  systemCredential,
  type Transmission,
} from './transmission';

const brokenBodyChance = 0.0015;
const refusedChance = 0.002;
const repeatChance = 0.015;
const operatorCopyChance = 0.03;
const conflictChance = 0.0015;
const joinChance = 0.004;
const wrongClockChance = 0.004;
const aloneChance = 0.02;
const cloudDetails: readonly CloudDetail[] = ['full', 'full', 'full', 'noArticles', 'totalsOnly'];
/** So many documents of a ФН come before it is registered, fewer where it has fewer. */
const heldBeforeRegistration = 25;

/** Everything that one store sends, a day at a time, in the order in which it is sent. */
export class StoreTransmissions {
  private readonly trade: StoreTrade;
  private readonly random: SeededRandom;
  private order = 0;
  private date = '';
  private readonly unregistered = new Map<string, number>();
  private readonly foreignRegisterId: string | null;
  private readonly lateBarcodes: ReadonlySet<string>;

  constructor(
    private readonly chain: SimulatedChain,
    private readonly store: SimulatedStore,
  ) {
    this.trade = new StoreTrade(chain, store);
    this.random = new SeededRandom(chain.options.seed, 'transmissions', store.storeId);
    this.foreignRegisterId = foreignRegisterOf(chain, store);
    this.lateBarcodes = lateBarcodesOf(chain);
    for (const register of store.registers) {
      if (register.trait === 'lateRegistration') this.unregistered.set(register.drives[0] ?? '', 0);
    }
  }

  *days(): Generator<Transmission[]> {
    for (let day = 0; day < daysOf(this.chain.options); day += 1) yield this.day(day);
  }

  private day(dayIndex: number): Transmission[] {
    const offline = new OfflineSpells(this.store.registers, this.random);
    const sent: Transmission[] = [];
    this.previousCloudSale = null;
    this.date = addDays(this.chain.options.startDate, dayIndex);
    for (const happened of this.trade.day(dayIndex)) {
      const document = this.withClock(happened);
      const delay = offline.delaySeconds(happened.till.register.registerId, happened.second);
      sent.push(...this.transmit({ ...happened, document }, happened.second + delay));
    }
    return sent.sort(inSendingOrder);
  }

  /** Some registers' clocks show nonsense; the till software knows the day nevertheless. */
  private withClock({ document, kind, dispute }: TillDocument): SentDocument {
    if (kind === 'reusedCodes' || dispute !== undefined || !this.random.chance(wrongClockChance))
      return document;
    const occurredAtLocal = this.random.pick(['1970-01-01T00:03:00', '2099-12-31T23:59:00']);
    return { ...document, occurredAtLocal, operationalDate: this.date };
  }

  private transmit(happened: TillDocument, second: number): Transmission[] {
    const { document, till } = happened;
    if (happened.fate !== 'sent') return [this.ordinary(happened, second, 'no')];
    if (till.register.trait === 'webhook' && happened.role === 'sale') return this.viaCloud(happened, second);
    if (happened.pendingAs !== undefined) return this.viaTill(happened, happened.pendingAs, second);
    const held = this.heldBefore(till.driveSeries, document);
    if (held !== 'no') return [this.ordinary(happened, second, held)];
    if (happened.role === 'sale' && this.random.chance(brokenBodyChance))
      return [this.broken(happened, second)];
    const original = this.ordinary(happened, second, 'no');
    return [original, ...this.followers(happened, original)];
  }

  /** Whether the document's ФН is not registered yet, and if so whether this is one of those that arrive before. */
  private heldBefore(series: string, document: SentDocument): 'no' | 'before' | 'after' {
    const count = this.unregistered.get(series);
    if (count === undefined || document.identities[0]?.series !== series) return 'no';
    this.unregistered.set(series, count + 1);
    return count < Math.min(heldBeforeRegistration, this.heldLimit()) ? 'before' : 'after';
  }

  private heldLimit(): number {
    const { receipts, stores } = this.chain.options;
    return Math.max(1, Math.floor(receipts / stores / this.store.registers.length / 3));
  }

  private ordinary(happened: TillDocument, second: number, held: 'no' | 'before' | 'after'): Transmission {
    const series = happened.document.identities[0]?.series ?? '';
    return this.transmission(happened, {
      second,
      text: JSON.stringify(happened.document),
      requires: [
        ...(held === 'after' ? [requiresRegistered(`fn|${series}`)] : []),
        ...confirmedNames(happened.requires),
      ],
      facts: { ...this.acceptedFacts(happened), heldFirst: held === 'before' },
    });
  }

  private broken(happened: TillDocument, second: number): Transmission {
    this.trade.forget(happened);
    const { code, text } = breakBody(happened.document, this.random);
    const facts = { ...this.plainFacts(happened, 'held'), kind: 'brokenBody', code };
    return this.transmission(happened, { second, text, facts });
  }

  /** A report of the cloud at once, the full copy later; now and then a copy that mixes two receipts up. */
  private viaCloud(happened: TillDocument, second: number): Transmission[] {
    const { random } = this;
    const cloud = happened.till.nextCloudIdentity();
    const detail = random.pick(cloudDetails);
    const report = cloudReport(happened.document, cloud, detail);
    const movesLater = detail === 'totalsOnly' ? { movesLater: true as const } : {};
    const reported = this.transmission(happened, {
      second,
      text: JSON.stringify(report),
      credential: systemCredential,
      alone: random.chance(0.2),
      facts: {
        ...this.acceptedFacts(happened),
        ...movesLater,
        identities: report.identities.map(identityKey),
      },
    });
    const bound = this.bound(happened, cloud, second + random.between(60, 7200));
    return [reported, bound, ...this.mixedUp(happened, cloud, second)];
  }

  /** A report of the till at once, the copy with the number of the ФН later. */
  private viaTill(happened: TillDocument, name: SentIdentity, second: number): Transmission[] {
    const report = pendingReport(happened.document, name);
    const reported = this.transmission(happened, {
      second,
      text: JSON.stringify(report),
      facts: { ...this.acceptedFacts(happened), identities: report.identities.map(identityKey) },
    });
    return [reported, this.bound(happened, name, second + this.random.between(60, 3600))];
  }

  private bound(happened: TillDocument, name: SentIdentity, second: number): Transmission {
    const full = fullCopy(happened.document, name);
    return this.transmission(happened, {
      second,
      text: JSON.stringify(full),
      requires: confirmedNames([name]),
      facts: {
        ...this.plainFacts(happened, 'bound'),
        kind: 'fullCopy',
        identities: full.identities.map(identityKey),
      },
    });
  }

  private previousCloudSale: { readonly fiscal: SentIdentity; readonly cloud: SentIdentity } | null = null;

  private mixedUp(happened: TillDocument, cloud: SentIdentity, second: number): Transmission[] {
    const previous = this.previousCloudSale;
    const [fiscal] = happened.document.identities;
    if (fiscal !== undefined) this.previousCloudSale = { fiscal, cloud };
    if (previous === null || !this.random.chance(joinChance)) return [];
    const identities = [cloud, previous.fiscal];
    const mixed = { ...happened.document, identities };
    return [
      this.transmission(happened, {
        second: second + this.random.between(3600, 9000),
        text: JSON.stringify(mixed),
        requires: confirmedNames([cloud, previous.fiscal]),
        facts: {
          ...this.plainFacts(happened, 'held'),
          kind: 'joinsTwo',
          code: 'joinsTwoDocuments',
          identities: identities.map(identityKey),
        },
      }),
    ];
  }

  /** What may come after a document: the same again, another form of it, another document of the same name, rubbish. */
  private followers(happened: TillDocument, original: Transmission): Transmission[] {
    const { random } = this;
    const after = original.sendAtSecond;
    const followers: Transmission[] = [];
    if (random.chance(repeatChance)) {
      followers.push(
        this.transmission(happened, {
          second: after + random.between(1, 9000),
          text: original.text,
          facts: { ...this.plainFacts(happened, 'repeat') },
        }),
      );
    }
    if (random.chance(refusedChance)) followers.push(this.refused(happened, after));
    if (happened.role !== 'sale') return followers;
    if (random.chance(operatorCopyChance)) followers.push(...this.operatorCopy(happened, after));
    const { dispute } = happened;
    if (dispute !== undefined || random.chance(conflictChance))
      followers.push(this.conflict(happened, after));
    return followers;
  }

  private refused(happened: TillDocument, second: number): Transmission {
    const { random, foreignRegisterId } = this;
    const { code, text } = refusedLine(happened.document, { random, foreignRegisterId });
    const facts = { ...this.plainFacts(happened, 'rejected'), kind: 'refusedLine', code, identities: [] };
    return this.transmission(happened, { second: second + random.between(0, 60), text, facts });
  }

  private operatorCopy(happened: TillDocument, second: number): Transmission[] {
    const { document } = happened;
    if (document.lines?.some(({ state }) => state === 'voided') === true) return [];
    // An operator knows nothing of what no ФН has taken.
    if (!document.identities.some(({ scheme }) => scheme === 'fn')) return [];
    return [
      this.transmission(happened, {
        second: second + this.random.between(600, 20_000),
        text: JSON.stringify(operatorCopy(document)),
        credential: systemCredential,
        requires: confirmedNames(document.identities),
        facts: { ...this.plainFacts(happened, 'variant'), kind: 'operatorCopy' },
      }),
    ];
  }

  private conflict(happened: TillDocument, second: number): Transmission {
    const { document, dispute } = happened;
    const copy = dispute?.copy ?? conflictingDocument(document, this.random);
    const verdict = dispute === undefined ? {} : { verdict: dispute.verdict };
    return this.transmission(happened, {
      second: second + this.random.between(600, 20_000),
      text: JSON.stringify(copy),
      requires: confirmedNames(document.identities),
      facts: { ...this.plainFacts(happened, 'held'), kind: 'conflict', code: 'conflict', ...verdict },
    });
  }

  private transmission(happened: TillDocument, sent: SentParts): Transmission {
    this.order += 1;
    const { registerId } = happened.till.register;
    const own = this.store.credentials === 'store' ? this.store.storeId : registerId;
    return {
      sendAtSecond: sent.second,
      order: this.order,
      happenedAt: localMinute(this.date, happened.second),
      credential: sent.credential ?? own,
      text: sent.text,
      alone: sent.alone ?? this.random.chance(aloneChance),
      requires: sent.requires ?? [],
      lateBarcodes: sent.facts.expected === 'accepted' ? this.lateBarcodesIn(happened) : [],
      fate: happened.fate,
      facts: { ...sent.facts, key: `${this.store.storeId}/${String(this.order)}` },
    };
  }

  private lateBarcodesIn({ document }: TillDocument): string[] {
    const codes = (document.lines ?? []).map(({ barcode }) => barcode ?? '');
    return codes.filter((code) => this.lateBarcodes.has(code));
  }

  private acceptedFacts(happened: TillDocument): DocumentFacts {
    const { lines, lineCount, receipt, closeReport, dispute } = happened;
    const movesLater = dispute?.verdict === 'revise' ? { movesLater: true as const } : {};
    return {
      ...this.plainFacts(happened, 'accepted'),
      lines,
      lineCount,
      receipt,
      closeReport,
      ...movesLater,
    };
  }

  private plainFacts(happened: TillDocument, expected: DocumentFacts['expected']): DocumentFacts {
    return {
      key: '',
      kind: happened.kind,
      storeId: this.store.storeId,
      registerId: happened.till.register.registerId,
      identities: happened.document.identities.map(identityKey),
      expected,
      code: null,
      heldFirst: false,
      role: happened.role,
      lineCount: 0,
      lines: [],
      receipt: null,
      closeReport: null,
    };
  }
}

function confirmedNames(identities: readonly SentIdentity[]): string[] {
  return identities.map((identity) => requiresConfirmed(identityKey(identity)));
}

interface SentParts {
  readonly second: number;
  readonly text: string;
  readonly facts: DocumentFacts;
  readonly credential?: string;
  readonly alone?: boolean;
  readonly requires?: readonly string[];
}

/** A register that the store's credentials do not speak for. */
function foreignRegisterOf(chain: SimulatedChain, store: SimulatedStore): string | null {
  const other = chain.stores.find(({ storeId }) => storeId !== store.storeId);
  return other?.registers[0]?.registerId ?? null;
}

export function lateBarcodesOf(chain: SimulatedChain): Set<string> {
  const codes = chain.goods.flatMap((good) => [
    ...(good.knowledge === 'late' && good.barcode !== null ? [good.barcode] : []),
    ...(good.pack?.late === true ? [good.pack.barcode] : []),
  ]);
  return new Set(codes);
}
