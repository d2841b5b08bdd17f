import { trace } from '@opentelemetry/api';
import { SilentLogger } from './logger';
import { createMetrics } from './metrics';
import type { MetricCatalogue } from './metrics';
import { NestLogger } from './nest-logger';
import { createLogger } from './pino-logger';
import { startTelemetry } from './start-telemetry';
import type { Telemetry } from './start-telemetry';
import { currentTraceparent, parseTraceparent, traceparentOfRequest, withRemoteParent } from './traceparent';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const catalogue = {
  parcels: { kind: 'counter', name: 'test_parcels', description: 'Parcels', labels: ['kind'] },
  weight: {
    kind: 'histogram',
    name: 'test_weight_grams',
    description: 'Weight',
    labels: [],
    buckets: [10, 100],
  },
  depth: { kind: 'gauge', name: 'test_depth', description: 'Depth', labels: ['queue'] },
} as const satisfies MetricCatalogue;

describe('telemetry without a collector', () => {
  let telemetry: Telemetry;
  beforeAll(() => {
    telemetry = startTelemetry({ service: 'test', tracing: false });
  });
  afterAll(() => telemetry.shutdown());

  it('shows declared metrics in the text of /metrics', async () => {
    const instruments = createMetrics('test', catalogue);
    instruments.parcels.add(3, { kind: 'box' });
    instruments.weight.record(50);
    let asked = 0;
    const stop = instruments.depth.observe((report) => {
      asked += 1;
      report(7, { queue: 'main' });
    });
    const text = await telemetry.metricsText();
    expect(text).toContain('test_parcels_total{kind="box"} 3');
    expect(text).toContain('test_weight_grams_bucket{le="100"} 1');
    expect(text).toContain('test_depth{queue="main"} 7');
    expect(text).toMatch(/potok_event_loop_delay_seconds\{quantile="0.99"\} \d/);
    stop();
    await telemetry.metricsText();
    expect(asked).toBe(1);
  });

  it('does not trace, and lets a trace of the sender through', () => {
    expect(currentTraceparent()).toBeNull();
    expect(trace.getTracer('test').startSpan('span').isRecording()).toBe(false);
    expect(traceparentOfRequest(PARENT)).toBe(PARENT);
    expect(traceparentOfRequest('garbage')).toBeNull();
    expect(traceparentOfRequest(undefined)).toBeNull();
  });

  it('carries a remote parent into the body', () => {
    expect(withRemoteParent(PARENT, currentTraceparent)).toBe(PARENT);
    expect(withRemoteParent('garbage', currentTraceparent)).toBeNull();
    expect(parseTraceparent('00-00000000000000000000000000000000-b7ad6b7169203331-01')).toBeNull();
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: 'info',
    destination: { write: (line: string) => lines.push(line) },
  });
  const lastLine = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

  it('is one JSON object a line with time, level, service and message', () => {
    logger.child({ consumer: 'stock' }).info({ storeId: 'store-1', count: 3n }, 'applied');
    const { time, ...line } = lastLine();
    expect(line).toEqual({
      level: 'info',
      service: 'test',
      consumer: 'stock',
      storeId: 'store-1',
      count: '3',
      message: 'applied',
    });
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('leaves out what is below its level', () => {
    const before = lines.length;
    logger.debug({}, 'details');
    expect(lines.length).toBe(before);
  });

  it.each([
    { authorization: 'Bearer ptk_abc' },
    { request: { headers: { cookie: 'session' } } },
    { token: 'ptk_abcdefghijklmnopqrstuvwxyz' },
    { note: 'the token ptk_abcdefghijklmnopqrstuvwxyz was used' },
    { body: 'Иванов И. И.' },
    { customer: ['+7 (912) 345-67-89'] },
    { customer: 'call 89123456789 please' },
    { customer: 'ivanov@example.org' },
    { database: 'postgres://potok:hunter2@host/name' },
    { payload: Buffer.from('secret') },
    { error: new Error('no user ivanov@example.org') },
    { error: Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (phone)=(1)' }) },
  ])('hides %p', (fields) => {
    logger.error(fields, 'something happened');
    expect(lines.at(-1)).toContain('something happened');
    expect(lines.at(-1)).not.toMatch(
      /ptk_abc|session|Иванов|345-67-89|89123456789|ivanov@|hunter2|c2VjcmV0|115,101|Key \(phone/,
    );
  });

  it('keeps numbers of documents and drives readable', () => {
    logger.info(
      {
        series: '7380440800123456',
        barcode: '4600000000017',
        documentId: '00000000-0000-5000-8000-123456789012',
      },
      'x',
    );
    expect(lines.at(-1)).toContain('7380440800123456');
    expect(lines.at(-1)).toContain('4600000000017');
    expect(lines.at(-1)).toContain('00000000-0000-5000-8000-123456789012');
  });

  it('takes in what Nest says', () => {
    new NestLogger(logger).error('it broke', 'Error: it broke\n  at place', 'Router');
    expect(lastLine()).toMatchObject({ level: 'error', context: 'Router', message: 'it broke' });
    new NestLogger(new SilentLogger()).warn('nothing');
  });
});
