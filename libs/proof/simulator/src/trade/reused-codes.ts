import { goodOfReusedCode, reusedCodes, type ReusedCode } from '../chain/reused-codes';
import { sellItem, type SoldLine } from './lines';
import type { Purchase, PurchaseContext } from './visit';

/** A line with a code that is used more than once, and the good that it means at the till's time. */
export function reusedCodeLine(code: ReusedCode, visit: Purchase, { chain }: PurchaseContext): SoldLine {
  const { till, date, second, random } = visit;
  const plan = { startDate: chain.options.startDate, goods: chain.goods };
  const stated = Date.parse(`${till.clock(date, second)}Z`) - till.store.zoneOffsetMinutes * 60_000;
  const instant = new Date(stated).toISOString();
  const good = goodOfReusedCode(code, plan, { store: till.store, instant });
  const item = { good, pack: null, quantityMilli: 1000, priceKopecks: good.priceKopecks };
  const context = { store: till.store, style: till.register.style, businessDate: date, random };
  const sold = sellItem(item, 1, context);
  const { article: _article, ...line } = sold.line;
  return { ...sold, line: { ...line, barcode: reusedCodes[code], name: good.name } };
}
