import { OPERATION_CODE, PURPOSES, RECOGNITION_CODE, REVENUE_RECOGNITIONS } from './codes';
import type { FactLine } from './receipt-facts';

/** What is summed of the lines of a product, in the order of the sums. */
export const PRODUCT_MEASURES = [
  'lines',
  'sold_milli',
  'sold_kopecks',
  'returned_milli',
  'returned_kopecks',
  'discount_kopecks',
  'advance_kopecks',
  'agent_kopecks',
] as const;

const MEASURE = Object.fromEntries(PRODUCT_MEASURES.map((name, index) => [name, index])) as Record<
  (typeof PRODUCT_MEASURES)[number],
  number
>;

const RETURN = OPERATION_CODE.get('return') ?? 0;
const CUSTOMER_RETURN = PURPOSES.indexOf('customerReturn');
const VOIDED = RECOGNITION_CODE.get('voided') ?? 0;
const ADVANCE = RECOGNITION_CODE.get('advance') ?? 0;
const AGENT = RECOGNITION_CODE.get('agent') ?? 0;
const REVENUE_MAX = Math.max(...REVENUE_RECOGNITIONS.map((name) => RECOGNITION_CODE.get(name) ?? 0));

/** What the receipt of a line is: codes of its operation and its purpose. */
export interface LineOrigin {
  readonly operation: number;
  readonly purpose: number;
}

/** Whether the sums by product count a line of a receipt that counts: trade with customers, and what is not voided. */
export function countsByProduct(line: FactLine, { operation }: LineOrigin): boolean {
  return operation <= RETURN && line.recognition !== VOIDED;
}

/**
 * Adds a line to the measures that begin at `at`: turnover as sold or as returned by a customer, apart advances and
 * what is sold for others. What mends an error is no return: it lowers what was sold. `entry` −1 takes it out.
 */
export function addProductLine(
  sums: number[],
  at: number,
  { line, origin, entry }: { readonly line: FactLine; readonly origin: LineOrigin; readonly entry: 1 | -1 },
): void {
  const add = (measure: number, value: number) => {
    sums[at + measure] = (sums[at + measure] ?? 0) + value;
  };
  if (line.lineNo > 0) add(MEASURE.lines, entry);
  if (line.discountKopecks !== 0) add(MEASURE.discount_kopecks, entry * line.discountKopecks);
  if (line.recognition <= REVENUE_MAX) {
    const returned = origin.operation === RETURN && origin.purpose === CUSTOMER_RETURN;
    const sign = returned ? -entry : entry;
    add(returned ? MEASURE.returned_milli : MEASURE.sold_milli, sign * line.quantityMilli);
    add(returned ? MEASURE.returned_kopecks : MEASURE.sold_kopecks, sign * line.amountKopecks);
  } else if (line.recognition === ADVANCE) add(MEASURE.advance_kopecks, entry * line.amountKopecks);
  else if (line.recognition === AGENT) add(MEASURE.agent_kopecks, entry * line.amountKopecks);
}
