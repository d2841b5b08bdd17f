import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brokerFromEnvironment } from './broker-from-environment';
import { brokerFromKafkaJars, parseJavaVersion } from './broker-from-kafka-jars';
import { databaseFromEnvironment } from './database-from-environment';
import { databaseFromNpm } from './database-from-npm';
import { parsePostgresVersion } from './database-from-system';
import { newClusterId } from './kafka-server';
import { chooseOffer, InfraUnavailableError, type ProviderContext } from './provider';

describe('the choice of broker and database', () => {
  let machine: string;
  const reports: string[] = [];

  beforeEach(() => {
    machine = mkdtempSync(path.join(os.tmpdir(), 'potok-machine-'));
    reports.length = 0;
  });

  afterEach(() => {
    rmSync(machine, { recursive: true, force: true });
  });

  /** A machine that has only the given programs: name → what it prints. */
  function machineWith(
    programs: Readonly<Record<string, string>>,
    variables: Record<string, string> = {},
  ): ProviderContext {
    for (const [name, output] of Object.entries(programs)) {
      writeFileSync(path.join(machine, name), `#!/bin/sh\necho '${output}'\n`, { mode: 0o755 });
    }
    return {
      environment: { PATH: machine, ...variables },
      checkoutFolder: machine,
      cacheFolder: path.join(machine, 'cache'),
      memory: { brokerHeapMb: 256, databaseSharedBuffersMb: 32 },
      report: (line) => reports.push(line),
    };
  }

  it('takes what the environment names before anything else, and says so in one line', async () => {
    const context = machineWith(
      {},
      { KAFKA_BROKERS: 'one:9092, two:9092', DATABASE_URL: 'postgres://me:secret@db:5432/x' },
    );
    const broker = await chooseOffer('broker', [brokerFromEnvironment, brokerFromKafkaJars], context);
    const database = await chooseOffer('database', [databaseFromEnvironment, databaseFromNpm], context);
    expect(broker).toMatchObject({ kind: 'running', addresses: ['one:9092', 'two:9092'] });
    expect(database).toMatchObject({ kind: 'running', addresses: ['postgres://me:secret@db:5432/x'] });
    expect(reports).toEqual([
      'broker: KAFKA_BROKERS (one:9092, two:9092)',
      'database: DATABASE_URL (db:5432)',
    ]);
  });

  it.each([
    ['Java', {}, /Java is not installed; Java 17 or newer is needed/],
    ['a newer Java', { java: 'openjdk version "11.0.25"' }, /java is Java 11; Java 17 or newer is needed/],
    ['Maven', { java: 'openjdk version "17.0.15"' }, /Maven is not installed/],
  ])('names what is missing with the command that installs it: %s', async (_what, programs, reason) => {
    const context = machineWith({ ...programs, 'apt-get': '' });
    const choice = chooseOffer('broker', [brokerFromEnvironment, brokerFromKafkaJars], context);
    await expect(choice).rejects.toThrow(InfraUnavailableError);
    await expect(choice).rejects.toThrow(reason);
    await expect(choice).rejects.toThrow(/apt-get install -y (openjdk-17-jre-headless )?maven/);
    await expect(choice).rejects.toThrow('export KAFKA_BROKERS=host:port');
  });

  it('needs no Maven once the jars are there', async () => {
    const context = machineWith({ java: 'openjdk version "21.0.1"' });
    mkdirSync(path.join(context.cacheFolder, 'kafka-4.3.1'), { recursive: true });
    const offer = await chooseOffer('broker', [brokerFromEnvironment, brokerFromKafkaJars], context);
    expect(offer.kind).toBe('server');
  });

  it('says when npm brought no PostgreSQL', async () => {
    expect(await databaseFromNpm.offer(machineWith({}))).toMatchObject({
      kind: 'unavailable',
      remedy: 'npm ci --include=optional',
    });
  });

  it('never gives a cluster an id that looks like an option', () => {
    const ids = Array.from({ length: 256 }, (_, first) => newClusterId(Buffer.alloc(16, first)));
    expect(ids.filter((id) => id.startsWith('-') || id.length !== 22)).toEqual([]);
  });

  it('reads the versions that programs print', () => {
    expect(parseJavaVersion('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(parseJavaVersion('java version "1.8.0_392"')).toBe(8);
    expect(parseJavaVersion('openjdk version "25" 2026-09-16')).toBe(25);
    expect(parseJavaVersion('no Java runtime present')).toBeUndefined();
    expect(parsePostgresVersion('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)')).toBe(15);
    expect(parsePostgresVersion('postgres (PostgreSQL) 18beta1')).toBe(18);
  });
});
