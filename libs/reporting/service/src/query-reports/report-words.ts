import type { ShiftRow } from '@potok/reporting-contracts/report-http';
import type {
  DISCOUNT_ORIGINS,
  FISCAL_KINDS,
  INSTRUMENTS,
  OPERATIONS,
  PURPOSES,
  RECOGNITIONS,
  STOCK_EFFECTS,
  VAT_RATES,
} from '@potok/reporting-domain/codes';

/** What a person reads instead of a code. */
export type CodeWords = Readonly<Record<string, string>>;

/** Of a list of codes each one has its words, or it does not compile. */
type WordsOf<Codes extends readonly string[]> = Readonly<Record<Codes[number], string>>;

/** As tag 1054 names them. */
export const OPERATION_WORDS = {
  sale: 'приход',
  return: 'возврат прихода',
  buy: 'расход',
  buyReturn: 'возврат расхода',
} as const satisfies WordsOf<typeof OPERATIONS>;

export const PURPOSE_WORDS = {
  purchase: 'покупка',
  customerReturn: 'возврат покупателя',
  mendsError: 'исправление ошибки',
  correction: 'коррекция',
} as const satisfies WordsOf<typeof PURPOSES>;

export const DISCOUNT_ORIGIN_WORDS = {
  till: 'касса',
  promotion: 'акция',
  coupon: 'купон',
  bonus: 'бонусы',
  manual: 'вручную',
  other: 'прочее',
} as const satisfies WordsOf<typeof DISCOUNT_ORIGINS>;

/** As tags 1031, 1081, 1215, 1216 and 1217 name them. */
export const FISCAL_KIND_WORDS = {
  cash: 'наличными',
  electronic: 'безналичными',
  prepaid: 'предоплатой (зачёт аванса)',
  credit: 'постоплатой (в кредит)',
  provision: 'встречным предоставлением',
  none: 'без фискального вида',
} as const satisfies WordsOf<typeof FISCAL_KINDS>;

export const INSTRUMENT_WORDS = {
  '': 'не указано',
  card: 'карта',
  sbp: 'СБП',
  digitalRuble: 'цифровой рубль',
  giftCard: 'подарочная карта',
  bonus: 'бонусы',
  bnpl: 'оплата частями',
  eCertificate: 'электронный сертификат',
  other: 'прочее',
} as const satisfies WordsOf<typeof INSTRUMENTS>;

/** As receipts print them; a bare 20/120 or 10% a spreadsheet would make a number of. */
export const VAT_RATE_WORDS = {
  none: 'без НДС',
  '0': 'НДС 0%',
  '5': 'НДС 5%',
  '7': 'НДС 7%',
  '10': 'НДС 10%',
  '18': 'НДС 18%',
  '20': 'НДС 20%',
  '22': 'НДС 22%',
  '5/105': 'НДС 5/105',
  '7/107': 'НДС 7/107',
  '10/110': 'НДС 10/110',
  '18/118': 'НДС 18/118',
  '20/120': 'НДС 20/120',
  '22/122': 'НДС 22/122',
  unknown: 'неизвестна',
} as const satisfies WordsOf<typeof VAT_RATES>;

export const RECOGNITION_WORDS = {
  sale: 'продажа',
  transferAgainstAdvance: 'выдача под аванс',
  credit: 'выдача в кредит',
  advance: 'аванс',
  creditPayment: 'оплата кредита',
  agent: 'агентская',
  none: 'не признано',
  voided: 'аннулирована',
} as const satisfies WordsOf<typeof RECOGNITIONS>;

export const STOCK_EFFECT_WORDS = {
  out: 'расход',
  in: 'приход',
  none: 'не меняется',
  unknown: 'решает человек',
} as const satisfies WordsOf<typeof STOCK_EFFECTS>;

export const SHIFT_STATUS_WORDS = {
  open: 'пока без пропусков',
  complete: 'полная',
  incomplete: 'неполная',
  unprovable: 'доказать нельзя',
} as const satisfies Readonly<Record<NonNullable<ShiftRow['shiftStatus']>, string>>;

export const REPORT_RESULT_WORDS = {
  full: 'полная',
  partial: 'частичная',
  countsOnly: 'только количества',
  none: 'сверять нечего',
  pending: 'ещё не закончена',
} as const satisfies Readonly<Record<NonNullable<ShiftRow['reportResult']>, string>>;
