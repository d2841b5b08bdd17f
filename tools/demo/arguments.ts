import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** One run that is checked and ends; otherwise it goes on trading. */
  readonly headless: boolean;
  readonly stores: number;
  /** 0 = without end. */
  readonly receipts: number;
  readonly seed: number;
  readonly services: 'one' | 'separate';
  readonly replicas: number;
  readonly keep: boolean;
  /** Where the report goes; `-` = the last line on standard output. */
  readonly json: string | null;
  /** Port of the first service; null = any free ones. */
  readonly port: number | null;
  /** Documents a second; null = as fast as it goes. */
  readonly rate: number | null;
  /** Seconds of ten times the rate; null = none. */
  readonly burst: number | null;
}

export const usage = `npm run demo -- [options]
  Starts a broker, a database and the services, trades as a whole chain, and (with --headless) compares every
  service with what the chain knows.
  --headless            trade once, wait until quiet, check everything, end
  --stores S            default 20
  --receipts N          default 20000 with --headless, else without end
  --seed N              default 7: the same options send the same bytes
  --services one|separate   all services in one process (default), or each by itself
  --replicas K          processes of each service, default 1
  --rate N              documents a second; default: as fast as it goes, 100 without --headless
  --burst S             for S seconds ten times as much at once: what is refused (429, 503) has to be caught up
  --port P              port of the first service; default: free ports
  --keep                after the check keep everything running until Ctrl-C
  --json FILE           a report of one line of JSON; - = the last line of standard output
  break-row             of the demo that runs here: changes a row in its database, which the proof has to name
  mend-row              changes it back
  Exits 0 when everything that was checked holds, 1 when something does not, 2 on bad arguments.
`;

export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const tradingRate = 100;
const headlessReceipts = 20_000;

export function readArguments(texts: readonly string[]): DemoArguments {
  const values = parse(texts);
  const { headless, services } = values;
  if (services !== 'one' && services !== 'separate') throw new ArgumentError('--services is one or separate');
  const receipts =
    values.receipts === undefined
      ? headless
        ? headlessReceipts
        : 0
      : whole('receipts', values.receipts, { min: 1, max: 100_000_000 });
  return {
    headless,
    stores: whole('stores', values.stores, { min: 1, max: 10_000 }),
    receipts,
    seed: whole('seed', values.seed, { min: 0, max: 4_294_967_295 }),
    services,
    replicas: whole('replicas', values.replicas, { min: 1, max: 16 }),
    keep: values.keep,
    json: values.json ?? null,
    port: values.port === undefined ? null : whole('port', values.port, { min: 1, max: 65_000 }),
    burst: values.burst === undefined ? null : whole('burst', values.burst, { min: 1, max: 3600 }),
    rate:
      values.rate === undefined
        ? headless
          ? null
          : tradingRate
        : whole('rate', values.rate, { min: 1, max: 1_000_000 }),
  };
}

function parse(texts: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...texts],
      options: {
        headless: { type: 'boolean', default: false },
        stores: { type: 'string', default: '20' },
        receipts: { type: 'string' },
        seed: { type: 'string', default: '7' },
        services: { type: 'string', default: 'one' },
        replicas: { type: 'string', default: '1' },
        rate: { type: 'string' },
        burst: { type: 'string' },
        port: { type: 'string' },
        keep: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new ArgumentError('');
    return values;
  } catch (error) {
    throw error instanceof ArgumentError ? error : new ArgumentError(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function whole(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new ArgumentError(`--${name} is a whole number from ${String(min)} to ${String(max)}`);
}
