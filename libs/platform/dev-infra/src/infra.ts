import { brokerFromEnvironment } from './broker-from-environment';
import { brokerFromKafkaJars } from './broker-from-kafka-jars';
import { containerProviders } from './containers/container-providers';
import { databaseFromEnvironment } from './database-from-environment';
import { databaseFromNpm } from './database-from-npm';
import { databaseFromSystem } from './database-from-system';
import { machineCacheFolder } from './machine-cache';
import { chooseOffer, type AvailableOffer, type InfraMemory, type ProviderContext } from './provider';
import { claimRunFolder, type RunFolder } from './run-folder';
import { Supervisor } from './supervisor';

const startAttempts = 3;

export interface InfraOptions {
  /** The root of the checkout: each checkout has data of its own. */
  readonly checkoutFolder: string;
  /** The command's environment: KAFKA_BROKERS, DATABASE_URL, DOCKER_HOST, POTOK_CONTAINERS, PATH, HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes one line for people: which provider was chosen, what is being downloaded, what was restarted. */
  readonly report: (line: string) => void;
  /**
   * `fresh` (default): an empty broker and database, removed on stop. `kept`: what the last run with `kept` left.
   * What runs already by the environment is never emptied.
   */
  readonly data?: 'fresh' | 'kept';
  readonly memory?: Partial<InfraMemory>;
}

/** A running broker and database. */
export interface Infra {
  /** `host:port` of each broker to start from. */
  readonly kafkaBrokers: string[];
  /** Of a superuser, or of whom DATABASE_URL names. */
  readonly databaseUrl: string;
  /**
   * Process ids of what this start runs itself: `broker`, `database`. A container's is its keeper's: when that is
   * killed, the next keeper kills the container.
   */
  pids(): ReadonlyMap<string, number>;
  /** Where the servers' logs are while they run. */
  readonly logFolder: string;
  /** Stops what was started and removes fresh data. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Obtains a broker and a database by the first provider that can serve, and keeps them running on the same ports
 * and data, whatever kills them, until `stop`. Throws InfraUnavailableError when nothing can serve.
 */
export async function startInfra(options: InfraOptions): Promise<Infra> {
  const context: ProviderContext = {
    environment: options.environment,
    checkoutFolder: options.checkoutFolder,
    cacheFolder: machineCacheFolder(options.environment),
    memory: { brokerHeapMb: 512, databaseSharedBuffersMb: 128, ...options.memory },
    report: options.report,
  };
  const offers = await chooseOffers(context);
  const run = await claimRunFolder({ ...context, data: options.data ?? 'fresh' });
  return startOffers(offers, run, options.report);
}

interface Offers {
  readonly broker: AvailableOffer;
  readonly database: AvailableOffer;
}

// In the order in which they are tried.
async function chooseOffers(context: ProviderContext): Promise<Offers> {
  const containers = containerProviders();
  const brokers = [brokerFromEnvironment, containers.broker, brokerFromKafkaJars];
  const databases = [databaseFromEnvironment, containers.database, databaseFromSystem, databaseFromNpm];
  return {
    broker: await chooseOffer('broker', brokers, context),
    database: await chooseOffer('database', databases, context),
  };
}

async function startOffers(offers: Offers, run: RunFolder, report: (line: string) => void): Promise<Infra> {
  const supervisor = new Supervisor(report);
  const [broker, database] = await Promise.allSettled([
    addressesOf(offers.broker, supervisor, run.folder),
    addressesOf(offers.database, supervisor, run.folder),
  ]);
  const stop = async (): Promise<void> => {
    await supervisor.stopAll();
    run.release();
  };
  if (broker.status === 'rejected' || database.status === 'rejected') {
    await stop();
    throw broker.status === 'rejected' ? broker.reason : failureOf(database);
  }
  let stopped: Promise<void> | undefined;
  return {
    kafkaBrokers: [...broker.value],
    databaseUrl: database.value[0] ?? '',
    pids: () => supervisor.pids(),
    logFolder: run.folder,
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function failureOf(result: PromiseSettledResult<unknown>): unknown {
  return result.status === 'rejected' ? result.reason : undefined;
}

// Another program may take the ports between the choice and the start: then it is tried again with other ports.
async function addressesOf(
  offer: AvailableOffer,
  supervisor: Supervisor,
  folder: string,
): Promise<readonly string[]> {
  if (offer.kind === 'running') return offer.addresses;
  for (let attempt = 1; ; attempt += 1) {
    const server = await offer.prepare(folder);
    try {
      await supervisor.start(server.process);
      return [server.address];
    } catch (error) {
      if (attempt === startAttempts) throw error;
    }
  }
}
