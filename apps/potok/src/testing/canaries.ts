/** Personal data, each value found nowhere else: in every field that a register may put them in. */
export const CANARIES = {
  cashierName: 'Канарейкина Зоя Львовна',
  cashierInn: '770799887766',
  cashierTab: 'ТАБ-73191',
  approverName: 'Дроздовский Клим',
  buyerPhone: '+79261112233',
  buyerName: 'Соловьянова Инга',
  buyerInn: '500100732259',
  buyerPassport: '4509 771122',
  buyerAddress: 'ул. Скворцовая, 17',
  phoneInName: '+7 (916) 555-44-33',
  mailInName: 'kanareika@example.org',
  cardInName: '4276 3800 1234 5673',
  phoneInReason: '89035554422',
  mailInUnit: 'unit.chizh@example.org',
  phoneInChannel: '+79095551100',
  mailInSubtype: 'sub@chizh.example.org',
  phoneInShift: '+79095551101',
  mailInBasis: 'basis@chizh.example.org',
  textIn1192: 'Щеглов П. И.',
  phoneInOrder: '+79095551102',
  mailInInstrument: 'pay@chizh.example.org',
  mailInDiscount: 'coupon@chizh.example.org',
  phoneInPromo: '+79095551103',
  textInTime: 'в 12 часов, Зябликов',
  textInQuantity: 'Чижов взял два',
  textInPrice: 'Стрижову дешевле',
  sellerInn: '771234567895',
  sellerName: 'ИП Снегирёв Фома',
  supplierInn: '771298765430',
  supplierName: 'Пеночкин Лука',
  supplierPhone: '+79095551104',
  userProperty1086: 'Свиристелев просил позвонить',
  lineProperty1191: 'для Кукушкиной',
  prescription: 'рецепт Перепёлкина 177',
  unknownNested: 'Трясогузкин',
} as const;

/** A receipt with all of them. */
export function receiptWithCanaries(identity: object, overrides: object = {}): Record<string, unknown> {
  const c = CANARIES;
  return {
    type: 'receipt',
    subtype: c.mailInSubtype,
    identities: [identity],
    occurredAtLocal: c.textInTime,
    shift: { number: 1, receiptNumber: 1, sourceNumber: c.phoneInShift },
    operation: 'sale',
    channel: c.phoneInChannel,
    orderId: `заказ ${c.phoneInOrder}`,
    correction: { basisNumber: c.mailInBasis },
    correctsFpd: c.textIn1192,
    fiscal: { sellerInn: c.sellerInn },
    sellerName1048: c.sellerName,
    totalKopecks: 200,
    payments: [{ fiscalKind: 'electronic', instrument: c.mailInInstrument, amountKopecks: 200 }],
    cashier: { name: c.cashierName, inn: c.cashierInn, tabNumber: c.cashierTab },
    approver: { name: c.approverName },
    buyer: {
      contact: c.buyerPhone,
      name: c.buyerName,
      inn: c.buyerInn,
      document1245: c.buyerPassport,
      address1254: c.buyerAddress,
    },
    userProperty: { name1085: 'Просьба', value1086: c.userProperty1086 },
    unknown: { deep: [{ deeper: c.unknownNested }] },
    lines: [
      {
        lineNo: 1,
        name: `Доставка ${c.phoneInName} ${c.mailInName} карта ${c.cardInName}`,
        barcode: '4600682000013',
        unitText: c.mailInUnit,
        quantityMilli: 1000,
        quantityRaw: c.textInQuantity,
        priceRaw: c.textInPrice,
        amountKopecks: 100,
        reason: `звонить ${c.phoneInReason}`,
        discounts: [{ origin: c.mailInDiscount, promoId: c.phoneInPromo, amountKopecks: 1 }],
        agent: {
          flags: 64,
          supplierInn: c.supplierInn,
          supplierName1225: c.supplierName,
          supplierPhones1171: [c.supplierPhone],
        },
        property1191: c.lineProperty1191,
        prescription: { patient: c.prescription },
      },
      { lineNo: 2, name: 'Хлеб', quantityMilli: 1000, amountKopecks: 100 },
    ],
    ...overrides,
  };
}

/** The canaries that stand in the text or bytes, as they are or as JSON escapes them. */
export function canariesIn(haystack: Buffer): string[] {
  return Object.entries(CANARIES)
    .filter(([, value]) => forms(value).some((form) => haystack.includes(form)))
    .map(([name]) => name);
}

function forms(value: string): Buffer[] {
  const escaped = value.replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const digits = value.replace(/\D/g, '');
  const texts = [
    value,
    escaped,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').slice(0, -4),
  ];
  if (digits.length >= 10) texts.push(digits);
  return texts.map((text) => Buffer.from(text));
}
