import type { SeededRandom } from '../random/seeded-random';
import type { SentDocument } from '../trade/sent-document';

/** A document that arrives with a readable identity and an unusable body, with the reason it is held for. */
export interface BrokenBody {
  readonly code: string;
  readonly text: string;
}

type Breaker = (document: SentDocument) => object;

const bodyBreakers: Readonly<Record<string, readonly Breaker[]>> = {
  bodyUnusable: [
    (document) => ({ ...document, lines: changeFirstLine(document, { quantityMilli: 'два' }) }),
    (document) => ({ ...document, lines: changeFirstLine(document, { amountKopecks: undefined }) }),
    (document) => ({ ...document, payments: 'наличные' }),
  ],
  operationUnknown: [(document) => ({ ...document, operation: undefined })],
  totalMissing: [(document) => ({ ...document, totalKopecks: undefined })],
  amountOutOfRange: [(document) => ({ ...document, totalKopecks: 50_000_000_000_000 })],
  quantityOutOfRange: [
    (document) => ({ ...document, lines: changeFirstLine(document, { quantityMilli: 2_000_000_000_000 }) }),
  ],
  lineNumbersRepeat: [
    (document) => ({ ...document, lines: [...(document.lines ?? []), ...(document.lines ?? [])] }),
  ],
};

function changeFirstLine(document: SentDocument, change: object): object[] {
  const [first, ...others] = document.lines ?? [];
  return [{ ...first, ...change }, ...others];
}

export function breakBody(document: SentDocument, random: SeededRandom): BrokenBody {
  const code = random.pick(Object.keys(bodyBreakers));
  return { code, text: JSON.stringify(random.pick(bodyBreakers[code] ?? [])(document)) };
}

/** A line that is refused. It comes beside a good copy of the document: its number does not go missing. */
export interface RefusedLine {
  readonly code: string;
  readonly text: string;
}

const tooLongCharacters = 300_000;

export interface RefusalContext {
  readonly random: SeededRandom;
  /** A register that the sender may not speak for; null where there is none. */
  readonly foreignRegisterId: string | null;
}

export function refusedLine(document: SentDocument, context: RefusalContext): RefusedLine {
  const { random, foreignRegisterId } = context;
  const text = JSON.stringify(document);
  const note = random.hex(12);
  const choices: readonly RefusedLine[] = [
    { code: 'invalidJson', text: text.slice(0, text.length - random.between(1, 40)) },
    { code: 'notAnObject', text: JSON.stringify(['till', note]) },
    { code: 'identityUnreadable', text: JSON.stringify({ ...document, identities: [], note }) },
    {
      code: 'identityUnreadable',
      text: JSON.stringify({ ...document, identities: [{ scheme: 'fn' }], note }),
    },
    { code: 'registerUnknown', text: JSON.stringify({ ...document, registerId: 'store-9999-1', note }) },
    foreignRegisterId === null
      ? { code: 'notAnObject', text: JSON.stringify(note) }
      : {
          code: 'registerNotInScope',
          text: JSON.stringify({ ...document, registerId: foreignRegisterId, note }),
        },
  ];
  if (random.chance(0.03)) {
    return {
      code: 'lineTooLong',
      text: JSON.stringify({ ...document, note: random.hex(8).repeat(tooLongCharacters / 8) }),
    };
  }
  return random.pick(choices);
}
