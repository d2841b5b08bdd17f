import { installCommand } from '../executables';
import type { Offer, PreparedServer, Provider, ProviderContext } from '../provider';
import { brokerContainer } from './broker-container';
import { databaseContainer } from './database-container';
import { Engine } from './engine';
import { engineAddresses } from './engine-address';
import { imagesOf } from './images';
import { removeLeftovers, type Role } from './leftovers';
import { obtainImages, type ImageContext } from './obtain-images';

/** `never`: broker and database are processes of this machine, engine or not. */
const switchVariable = 'POTOK_CONTAINERS';
const answersWithinMs = 800;

export type Unavailable = Extract<Offer, { kind: 'unavailable' }>;
type Prepare = (engine: Engine, runFolder: string, context: ProviderContext) => Promise<PreparedServer>;

/**
 * Broker and database in containers, if an engine answers that has, or within a minute can pull, every image that is
 * needed. Both are asked for one after the other, but looked for once.
 */
export function containerProviders(): Readonly<Record<Role, Provider>> {
  let search: Promise<Engine | Unavailable> | undefined;
  const provider = (role: Role, prepare: Prepare): Provider => ({
    name: 'a Docker engine',
    offer: async (context) => {
      search ??= findEngine(context);
      const engine = await search;
      if (!(engine instanceof Engine)) return engine;
      return {
        kind: 'server',
        description: `${imagesOf(context.environment)[role]} in a container of ${engine.address}`,
        prepare: async (runFolder) => prepare(engine, runFolder, context),
      };
    },
  });
  return { broker: provider('broker', brokerContainer), database: provider('database', databaseContainer) };
}

/** An engine that can serve, cleared of what dead launchers left there, or why there is none. */
export async function findEngine(context: ImageContext): Promise<Engine | Unavailable> {
  if (context.environment[switchVariable] === 'never') {
    return unavailable(`${switchVariable} is never`, `unset ${switchVariable}`);
  }
  const engine = await firstThatAnswers(context.environment);
  if (engine === undefined) {
    const packages = { apt: 'docker.io', dnf: 'docker', brew: 'docker colima' };
    return unavailable('none answers', `${installCommand(packages, context.environment)}, and start it`);
  }
  const refusal = await reasonAgainst(engine, context).catch(
    (error: unknown) => `the engine at ${engine.address} cannot be worked with: ${String(error)}`,
  );
  if (refusal === undefined) return engine;
  context.report(`no containers: ${refusal}`);
  const pulls = neededImages(context.environment).map((image) => `docker pull ${image}`);
  return unavailable(refusal, pulls.join(' && '));
}

async function reasonAgainst(engine: Engine, context: ImageContext): Promise<string | undefined> {
  const missing = await obtainImages(engine, neededImages(context.environment), context);
  if (missing.length > 0) {
    return `the engine at ${engine.address} lacks ${missing.join(' and ')}, which could not be pulled`;
  }
  await removeLeftovers(engine);
  return undefined;
}

async function firstThatAnswers(environment: ProviderContext['environment']): Promise<Engine | undefined> {
  const engines = engineAddresses(environment).map((address) => new Engine(address, environment));
  const answers = await Promise.all(engines.map(async (engine) => engine.answers(answersWithinMs)));
  return engines.find((_, index) => answers[index]);
}

// What runs already needs no image.
function neededImages(environment: ProviderContext['environment']): string[] {
  const images = imagesOf(environment);
  const isSet = (variable: string): boolean => (environment[variable] ?? '') !== '';
  return [
    ...(isSet('KAFKA_BROKERS') ? [] : [images.broker]),
    ...(isSet('DATABASE_URL') ? [] : [images.database]),
  ];
}

function unavailable(reason: string, remedy: string): Unavailable {
  return { kind: 'unavailable', reason, remedy };
}
