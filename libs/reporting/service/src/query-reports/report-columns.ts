import * as words from './report-words';
import type { CodeWords } from './report-words';

/** How a value is written: integers of kopecks and thousandths become decimals in a csv only. */
export type ColumnKind = 'text' | 'count' | 'kopecks' | 'milli' | 'date' | 'instant' | 'flag';

export interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Heading for people. */
  readonly ru: string;
  /** Of codes: what stands for each where headings are for people. */
  readonly words?: CodeWords;
}

const column = (kind: ColumnKind, ru: string) => ({ kind, ru });
const codes = (ru: string, of: CodeWords) => ({ ...column('text', ru), words: of });

/** Every column of every report, once: its heading in Russian and how it is written. */
const COLUMNS = {
  storeId: column('text', 'Магазин (код)'),
  storeName: column('text', 'Магазин'),
  date: column('date', 'Дата'),
  month: column('text', 'Месяц'),
  registerId: column('text', 'Касса (код)'),
  registerName: column('text', 'Касса'),
  cashierRef: column('text', 'Кассир (ссылка)'),
  legalEntityId: column('text', 'Юрлицо (код)'),
  legalEntityName: column('text', 'Юрлицо'),
  operation: codes('Операция', words.OPERATION_WORDS),
  purpose: codes('Назначение', words.PURPOSE_WORDS),
  categoryCode: column('text', 'Категория (код)'),
  categoryName: column('text', 'Категория'),
  productId: column('text', 'Товар (код)'),
  productName: column('text', 'Товар'),
  article: column('text', 'Артикул'),
  revenueKopecks: column('kopecks', 'Выручка, руб.'),
  salesKopecks: column('kopecks', 'Продажи, руб.'),
  returnsKopecks: column('kopecks', 'Возвраты покупателей, руб.'),
  discountOrigin: codes('Происхождение скидки', words.DISCOUNT_ORIGIN_WORDS),
  discounts: column('count', 'Скидок'),
  discountKopecks: column('kopecks', 'Скидки, руб.'),
  beforeDiscountKopecks: column('kopecks', 'Продажи до скидок, руб.'),
  advanceKopecks: column('kopecks', 'Авансы, руб.'),
  agentKopecks: column('kopecks', 'Агентские, руб.'),
  lines: column('count', 'Позиций'),
  receipts: column('count', 'Чеков'),
  operations: column('count', 'Операций'),
  purchases: column('count', 'Покупок'),
  averageReceiptKopecks: column('kopecks', 'Средний чек, руб.'),
  creditPaymentKopecks: column('kopecks', 'Оплата кредита, руб.'),
  otherKopecks: column('kopecks', 'Не признано, руб.'),
  roundingKopecks: column('kopecks', 'Округление, руб.'),
  unitemisedKopecks: column('kopecks', 'Без позиций, руб.'),
  totalKopecks: column('kopecks', 'Итог чеков, руб.'),
  unexplainedKopecks: column('kopecks', 'Расхождение с позициями, руб.'),
  soldMilli: column('milli', 'Продано'),
  returnedMilli: column('milli', 'Возвращено'),
  returnReceipts: column('count', 'Чеков возврата'),
  mendingReceipts: column('count', 'Чеков исправления ошибки'),
  fiscalKind: codes('Вид оплаты', words.FISCAL_KIND_WORDS),
  instrument: codes('Средство оплаты', words.INSTRUMENT_WORDS),
  payments: column('count', 'Платежей'),
  amountKopecks: column('kopecks', 'Сумма, руб.'),
  cashOutKopecks: column('kopecks', 'Выдано наличных, руб.'),
  rate: codes('Ставка НДС', words.VAT_RATE_WORDS),
  turnoverKopecks: column('kopecks', 'Оборот с НДС, руб.'),
  vatKopecks: column('kopecks', 'НДС, руб.'),
  derivedKopecks: column('kopecks', 'В т. ч. НДС расчётный, руб.'),
  receiptSeq: column('count', 'Номер в потоке'),
  rootSeq: column('count', 'Номер документа в потоке'),
  documentId: column('text', 'Документ'),
  revision: column('count', 'Ревизия'),
  businessDate: column('date', 'Дата смены'),
  localDate: column('date', 'Календарная дата'),
  occurredAt: column('instant', 'Время'),
  series: column('text', 'Серия (ФН)'),
  seriesNumber: column('text', 'Номер (ФД)'),
  shiftNumber: column('count', 'Смена'),
  receiptNumber: column('count', 'Чек в смене'),
  counted: column('flag', 'Учтён'),
  operationCounted: column('flag', 'Считается операцией'),
  matchedKopecks: column('kopecks', 'Сумма по отбору, руб.'),
  lineNo: column('count', 'Позиция'),
  quantityMilli: column('milli', 'Количество'),
  vatRate: codes('Ставка НДС', words.VAT_RATE_WORDS),
  recognition: codes('Признание', words.RECOGNITION_WORDS),
  stockEffect: codes('Движение товара', words.STOCK_EFFECT_WORDS),
  openedAt: column('instant', 'Открыта'),
  closedAt: column('instant', 'Закрыта'),
  reportedReceipts: column('count', 'Чеков по отчёту'),
  buysKopecks: column('kopecks', 'Покупки у населения, руб.'),
  cashKopecks: column('kopecks', 'Наличными, руб.'),
  electronicKopecks: column('kopecks', 'Безналичными, руб.'),
  shiftStatus: codes('Полнота смены', words.SHIFT_STATUS_WORDS),
  reportResult: codes('Сверка с отчётом', words.REPORT_RESULT_WORDS),
  reportDifferences: column('count', 'Расхождений с отчётом'),
  receiptsCounted: column('count', 'Чеков учтено'),
  lineKopecks: column('kopecks', 'Сумма позиций, руб.'),
  facetRevenueKopecks: column('kopecks', 'Выручка по дням, руб.'),
  productRevenueKopecks: column('kopecks', 'Выручка по товарам, руб.'),
  receiptPaymentKopecks: column('kopecks', 'Оплаты по чекам, руб.'),
  paymentKopecks: column('kopecks', 'Оплаты, руб.'),
} as const satisfies Record<string, Omit<ReportColumn, 'name'>>;

export type ColumnName = keyof typeof COLUMNS;

export function columnsNamed(names: readonly ColumnName[]): readonly ReportColumn[] {
  return names.map((name) => ({ name, ...COLUMNS[name] }));
}
