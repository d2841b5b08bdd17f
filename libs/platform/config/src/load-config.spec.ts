import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { z } from 'zod';
import { describeConfig, renderConfigTable } from './describe-config';
import { durationMs, flag, integer, list, port, secret, text, url } from './fields';
import { formatProblems, loadConfig, parseConfig, variableOf } from './load-config';

const schema = z.object({
  httpPort: port().default(8080).describe('Port of the API'),
  sessionTimeoutMs: durationMs(1_000, 60_000).describe('Session of a consumer'),
  kafkaBrokers: list().describe('Brokers'),
  databaseUrl: secret(url('postgres', 'postgresql')).describe('Database'),
  verbose: flag().default(false).describe('More words'),
  replicas: integer(1, 5).default(1).describe('Copies'),
  adminToken: secret(text()).optional().describe('Admin token'),
});

const sound = {
  SESSION_TIMEOUT_MS: '6000',
  KAFKA_BROKERS: 'one:9092, two:9092',
  DATABASE_URL: 'postgres://user:password@host/name',
};

describe('loadConfig', () => {
  it('turns text into values and fills defaults in', () => {
    expect(parseConfig(schema, sound)).toEqual({
      ok: true,
      value: {
        httpPort: 8080,
        sessionTimeoutMs: 6000,
        kafkaBrokers: ['one:9092', 'two:9092'],
        databaseUrl: 'postgres://user:password@host/name',
        verbose: false,
        replicas: 1,
      },
    });
  });

  it('names every problem at once and never shows a secret', () => {
    const result = parseConfig(schema, {
      HTTP_PORT: '70000',
      SESSION_TIMEOUT_MS: 'six',
      KAFKA_BROKERS: '',
      DATABASE_URL: 'mysql://user:hunter2@host/name',
      REPLICAS: '9',
    });
    const report = result.ok ? '' : formatProblems(result.error);
    expect(report).toContain('5 problem(s)');
    expect(report).toContain('HTTP_PORT: "70000" does not fit, expected: a port from 0 to 65535');
    expect(report).toContain('SESSION_TIMEOUT_MS: "six" does not fit');
    expect(report).toContain('KAFKA_BROKERS: is not set');
    expect(report).toContain('DATABASE_URL: does not fit, its value is not shown');
    expect(report).toContain('REPLICAS: "9" does not fit');
    expect(report).not.toContain('hunter2');
  });

  it('exits with code 2', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => loadConfig(schema, {})).toThrow('exit');
    expect(exit).toHaveBeenCalledWith(2);
    expect(String(write.mock.calls[0]?.[0])).toContain('3 problem(s)');
    jest.restoreAllMocks();
  });

  it('reads a secret from the file that _FILE names, and names the file when it cannot', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'config-'));
    const file = path.join(folder, 'token');
    fs.writeFileSync(file, 'abc\n');
    const found = parseConfig(schema, { ...sound, ADMIN_TOKEN_FILE: file });
    expect(found.ok && found.value.adminToken).toBe('abc');
    fs.rmSync(folder, { recursive: true });
    const missing = parseConfig(schema, { ...sound, ADMIN_TOKEN_FILE: file });
    expect(missing.ok ? [] : missing.error.map((problem) => problem.variable)).toEqual(['ADMIN_TOKEN_FILE']);
  });

  it('checks fields against each other once each fits by itself', () => {
    const pair = z
      .object({ lowMs: durationMs(0, 100), highMs: durationMs(0, 100) })
      .refine((value) => value.lowMs <= value.highMs, {
        message: 'must not be over HIGH_MS',
        path: ['lowMs'],
      });
    expect(parseConfig(pair, { LOW_MS: '9', HIGH_MS: '3' })).toEqual({
      ok: false,
      error: [{ variable: 'LOW_MS', message: 'must not be over HIGH_MS' }],
    });
  });

  it('derives the variable from the field', () => {
    expect(variableOf('sessionTimeoutMs')).toBe('SESSION_TIMEOUT_MS');
  });
});

describe('describeConfig', () => {
  it('has a row for each variable, with its default but without secrets', () => {
    const rows = describeConfig(
      schema.extend({ token: secret(text()).default('hunter2').describe('Token') }),
    );
    expect(rows.find((row) => row.variable === 'HTTP_PORT')).toEqual({
      variable: 'HTTP_PORT',
      description: 'Port of the API',
      required: false,
      defaultValue: '8080',
      secret: false,
    });
    expect(rows.find((row) => row.variable === 'KAFKA_BROKERS')?.required).toBe(true);
    const table = renderConfigTable(rows);
    expect(table).toContain('| `DATABASE_URL` | Database (secret) | required |');
    expect(table).not.toContain('hunter2');
  });
});
