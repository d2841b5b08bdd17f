import type { SimulatedChain, SimulatedStore } from '../chain/chain';
import { receiptsOf } from '../chain/options';
import { SeededRandom } from '../random/seeded-random';
import { WeightedChoice } from '../random/weighted-choice';
import { addDays, arrivalSeconds, closingSecond, openingSecond } from './arrivals';
import { Shelves } from './basket';
import {
  cashMovement,
  driveEnded,
  oddDocument,
  settlementState,
  shiftOpened,
  tillEvent,
  trainingReceipt,
  unfinishedReceipt,
} from './carried';
import { shiftClosed, type ReportError } from './close-report';
import { anyUndecided } from './corrections';
import { sellItem, type SoldLine } from './lines';
import { purchase } from './purchases';
import type { TillDocument } from './receipt';
import { SalesMemory } from './sales-memory';
import { specialsOf, type Special } from './specials';
import { Till } from './till';
import type { Purchase, PurchaseContext } from './visit';

const eventChance = 0.012;
const oddChance = 0.004;
const otherReceiptChance = 0.003;
const unfinishedChance = 0.004;
const settlementChance = 0.002;
const trainingReceipts = 4;

/** The trade of one store, a day at a time: documents in the order in which they happen. */
export class StoreTrade {
  private readonly tills: readonly Till[];
  private readonly tillChoice: WeightedChoice<Till>;
  private readonly context: PurchaseContext;

  constructor(
    private readonly chain: SimulatedChain,
    private readonly store: SimulatedStore,
  ) {
    const { seed } = chain.options;
    this.tills = store.registers.map(
      (register) => new Till(store, register, new SeededRandom(seed, 'till', register.registerId)),
    );
    const random = new SeededRandom(seed, 'tills', store.storeId);
    const shares = new Map(this.tills.map((till) => [till, 1 + random.fraction()]));
    this.tillChoice = new WeightedChoice(this.tills, (till) => shares.get(till) ?? 1);
    this.context = { chain, shelves: new Shelves(chain.goods), memory: new SalesMemory() };
  }

  *day(dayIndex: number): Generator<TillDocument> {
    const { seed, startDate } = this.chain.options;
    const random = new SeededRandom(seed, 'day', this.store.storeId, dayIndex);
    const date = addDays(startDate, dayIndex);
    const arrivals = arrivalSeconds(receiptsOf(this.chain.options, this.store.storeNo - 1, dayIndex), random);
    for (const till of this.tills)
      yield* this.open(till, { date, second: openingSecond, random, till }, dayIndex);
    const turn = this.store.storeNo - 1 + dayIndex * this.chain.stores.length;
    const specials = specialsOf({ turn, purchases: arrivals.length, random });
    const failing = dayIndex === 0 ? Math.floor(arrivals.length / 2) : -1;
    for (const [index, second] of arrivals.entries()) {
      if (index === failing) yield* this.replaceDrive({ date, second, random });
      const visit = { date, second, random, till: this.tillChoice.pick(random) };
      const special = specials.get(index);
      if (special === undefined) yield* purchase(visit, this.context);
      else yield* this.special(special, visit);
      yield* this.happenings(visit);
    }
    for (const till of this.tills) yield* this.close({ date, second: closingSecond, random, till }, dayIndex);
  }

  /** The platform will not be able to read it. */
  forget(sale: TillDocument): void {
    this.context.memory.forget(sale);
    for (const { series } of sale.document.identities) sale.till.cannotBeRead(series);
  }

  private *open(till: Till, moment: Purchase, dayIndex: number): Generator<TillDocument> {
    const { register } = till;
    if (register.trait === 'training' && dayIndex === 0) {
      till.useDrive(register.trainingDrive);
      for (let count = 0; count < trainingReceipts; count += 1)
        yield trainingReceipt(moment, this.basket(moment, 2));
      till.useDrive(register.drives[0]);
    }
    yield shiftOpened(moment);
    if (register.trait === 'twoDevices') {
      till.useDrive(register.drives[1]);
      yield shiftOpened(moment);
      till.useDrive(register.drives[0]);
    }
    yield cashMovement(moment, moment.random.between(10, 50) * 10_000);
  }

  private *close(moment: Purchase, dayIndex: number): Generator<TillDocument> {
    const { till, random } = moment;
    yield cashMovement(moment, -random.between(100, 900) * 10_000);
    const isWrong = till.register.trait === 'courier' && dayIndex % 2 === 0;
    yield shiftClosed(moment, isWrong ? wrongCounter(random) : null);
    if (till.register.trait !== 'twoDevices') return;
    till.useDrive(till.register.drives[1]);
    yield shiftClosed(moment);
    till.useDrive(till.register.drives[0]);
  }

  /** The ФН of one register fails in mid-shift: its shift stays open for ever, another ФН goes on. */
  private *replaceDrive(moment: Omit<Purchase, 'till'>): Generator<TillDocument> {
    const till = this.tills.find(({ register }) => register.trait === 'driveDies');
    if (till === undefined) return;
    yield driveEnded({ ...moment, till });
    till.useDrive(till.register.drives[1]);
    yield shiftOpened({ ...moment, till });
  }

  /** At a till about which nothing else is special: what follows tells of what is missing. */
  private *special(special: Special, visit: Purchase): Generator<TillDocument> {
    const till = this.tills.find(({ register }) => register.trait === 'ordinary') ?? visit.till;
    for (const happened of special({ ...visit, till }, this.context)) {
      if (happened.fate !== 'sent') till.missLast(happened.fate === 'lost');
      yield happened;
    }
  }

  /** What else happens at a till beside purchases. */
  private *happenings(visit: Purchase): Generator<TillDocument> {
    const { random } = visit;
    if (random.chance(eventChance)) yield tillEvent(visit);
    if (random.chance(oddChance)) yield oddDocument(visit);
    if (random.chance(settlementChance)) yield settlementState(visit);
    if (random.chance(otherReceiptChance)) yield* anyUndecided(visit, this.context);
    if (random.chance(unfinishedChance)) {
      yield unfinishedReceipt(random.pick(['cancelled', 'deferred']), visit, this.basket(visit, 3));
    }
  }

  private basket({ till, random, date }: Purchase, lines: number): SoldLine[] {
    const { store, register } = till;
    return this.context.shelves
      .fillBasket(lines, store.priceFactor, random)
      .map((item, index) =>
        sellItem(item, index + 1, { store, style: register.style, businessDate: date, random }),
      );
  }
}

/** What a register's counter says too much: by a kopeck, by a receipt, by more. */
function wrongCounter(random: SeededRandom): ReportError {
  return random.pick<ReportError>([
    { operation: 'sale', measure: 'totalKopecks', excess: 1 },
    { operation: 'sale', measure: 'receiptCount', excess: 1 },
    { operation: 'sale', measure: 'electronicKopecks', excess: 129_900 },
    { operation: 'sale', measure: 'cashKopecks', excess: 100 },
  ]);
}
