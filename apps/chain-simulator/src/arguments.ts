import { parseArgs } from 'node:util';
import { defaultStartDate } from '@potok/proof-simulator/chain/options';

export interface SimulatorArguments {
  readonly ingestion: readonly string[];
  readonly nomenclature: readonly string[];
  readonly stock: readonly string[];
  readonly seed: number;
  readonly stores: number;
  readonly receipts: number;
  readonly startDate: string;
  readonly linesPerSecond: number | null;
  readonly burstSeconds: number | null;
  readonly deadlineSeconds: number;
  readonly offlineFile: string | null;
  readonly output: string;
}

export const usage = `chain-simulator: trades as a whole chain against a running platform

  --ingestion URL[,URL]     replicas of register-ingestion, asked in turn
  --nomenclature URL[,URL]  replicas of nomenclature
  --stock URL[,URL]         replicas of stock-ledger
  --output FOLDER           for sent.ndjson, summary.json and progress.json
  --seed N                  default 7: the same options send the same bytes
  --stores S                default 20
  --receipts N              default 20000; 0 = go on for ever
  --start-date YYYY-MM-DD   first day of trade, default ${defaultStartDate}
  --rate N                  documents a second; default: as fast as it goes
  --burst S                 for S seconds ten times as much, over many connections at once
  --offline-file FILE       registers that it names, one id a line, neither send nor tell how far they are while they do
  --deadline-s N            how long services may be unreachable altogether, default 1800

The administrator's token is read from ADMIN_TOKEN.
`;

export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** About ten years of trade. */
const endlessDays = 3650;
const endlessReceiptsPerStoreDay = 400;

export function readArguments(texts: readonly string[]): SimulatorArguments {
  const { values } = parse(texts);
  const stores = whole('stores', values.stores, [1, 10_000]);
  const receipts = whole('receipts', values.receipts, [0, 100_000_000]);
  const startDate = values['start-date'] ?? defaultStartDate;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(startDate) || Number.isNaN(Date.parse(startDate))) {
    throw new ArgumentError('--start-date is a date, YYYY-MM-DD');
  }
  return {
    ingestion: urls('ingestion', values.ingestion),
    nomenclature: urls('nomenclature', values.nomenclature),
    stock: urls('stock', values.stock),
    seed: whole('seed', values.seed, [0, 4_294_967_295]),
    stores,
    receipts: receipts === 0 ? stores * endlessReceiptsPerStoreDay * endlessDays : receipts,
    startDate,
    linesPerSecond: values.rate === undefined ? null : whole('rate', values.rate, [1, 1_000_000]),
    burstSeconds: values.burst === undefined ? null : whole('burst', values.burst, [1, 3600]),
    deadlineSeconds: whole('deadline-s', values['deadline-s'], [1, 400_000_000]),
    offlineFile: values['offline-file'] ?? null,
    output: values.output ?? missing('output'),
  };
}

function parse(texts: readonly string[]) {
  try {
    return parseArgs({
      args: [...texts],
      options: {
        ingestion: { type: 'string' },
        nomenclature: { type: 'string' },
        stock: { type: 'string' },
        output: { type: 'string' },
        seed: { type: 'string', default: '7' },
        stores: { type: 'string', default: '20' },
        receipts: { type: 'string', default: '20000' },
        'start-date': { type: 'string' },
        rate: { type: 'string' },
        burst: { type: 'string' },
        'offline-file': { type: 'string' },
        'deadline-s': { type: 'string', default: '1800' },
      },
    });
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max && /^\d+$/.test(text)) return value;
  throw new ArgumentError(`--${name} is a whole number from ${String(min)} to ${String(max)}`);
}

function urls(name: string, text: string | undefined): string[] {
  const list = (text ?? missing(name)).split(',');
  if (list.every((url) => URL.canParse(url))) return list;
  throw new ArgumentError(`--${name} is a list of URLs`);
}

function missing(name: string): never {
  throw new ArgumentError(`--${name} is needed`);
}
