import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { chooseOffer, type Provider, type ProviderContext } from '../provider';
import { environmentOf } from './broker-container';
import { containerProviders } from './container-providers';
import { engineAddresses } from './engine-address';
import { imagesOf, officialImages } from './images';
import { labelsOf } from './leftovers';

const nextInLine: Provider = {
  name: 'the next in line',
  offer: async () =>
    Promise.resolve({ kind: 'running', description: 'the next in line', addresses: ['next:1'] }),
};

describe('the choice of containers', () => {
  let machine: string;
  const reports: string[] = [];
  const questions: string[] = [];
  const servers: Server[] = [];

  beforeEach(() => {
    machine = mkdtempSync(path.join(os.tmpdir(), 'potok-engine-'));
    mkdirSync(path.join(machine, 'cache'));
    reports.length = 0;
    questions.length = 0;
  });

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(machine, { recursive: true, force: true });
  });

  function contextWith(variables: Record<string, string>): ProviderContext {
    return {
      environment: { PATH: process.env['PATH'], HOME: machine, ...variables },
      checkoutFolder: machine,
      cacheFolder: path.join(machine, 'cache'),
      memory: { brokerHeapMb: 256, databaseSharedBuffersMb: 32 },
      report: (line) => reports.push(line),
    };
  }

  /** An engine that answers these paths with these bodies, everything else with 404; null = it never answers. */
  async function engineWith(answers: Readonly<Record<string, string>> | null): Promise<string> {
    const server = createServer((request, response) => {
      questions.push(`${request.method ?? ''} ${request.url ?? ''}`);
      if (answers === null) return;
      const body = answers[(request.url ?? '').replace(/\?.*$/, '')];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body ?? '{"message":"no such thing"}');
    });
    servers.push(server);
    const socket = path.join(machine, 'engine.sock');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return `unix://${socket}`;
  }

  const brokerImage = { [`/images/${officialImages.broker}/json`]: '{}' };
  const databaseImage = { [`/images/${officialImages.database}/json`]: '{}' };
  const bridge = { '/networks/bridge': '{"IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]}}' };
  const empty = { '/_ping': 'OK', '/containers/json': '[]', '/volumes': '{"Volumes":null}', ...bridge };

  it('takes the engine that has both images and looks for it once', async () => {
    const address = await engineWith({ ...empty, ...brokerImage, ...databaseImage });
    const context = contextWith({ DOCKER_HOST: address });
    const providers = containerProviders();
    expect((await chooseOffer('broker', [providers.broker, nextInLine], context)).kind).toBe('server');
    expect((await chooseOffer('database', [providers.database, nextInLine], context)).kind).toBe('server');
    expect(reports).toEqual([
      `broker: ${officialImages.broker} in a container of ${address}`,
      `database: ${officialImages.database} in a container of ${address}`,
    ]);
    expect(questions.filter((question) => question === 'GET /_ping')).toHaveLength(1);
  });

  it('needs no image of what runs already', async () => {
    const address = await engineWith({ ...empty, ...brokerImage });
    const context = contextWith({ DOCKER_HOST: address, DATABASE_URL: 'postgres://db/x' });
    const offer = await chooseOffer('broker', [containerProviders().broker, nextInLine], context);
    expect(offer.kind).toBe('server');
  });

  it.each([
    ['nothing listens', { DOCKER_HOST: 'unix:///nonexistent/engine.sock' }],
    ['the address is of a kind that is not supported', { DOCKER_HOST: 'ssh://shop@engine' }],
    ['containers are not wanted', { POTOK_CONTAINERS: 'never' }],
  ])('goes on to the next in line without a word when %s', async (_what, variables) => {
    await chooseOffer('broker', [containerProviders().broker, nextInLine], contextWith(variables));
    expect(reports).toEqual(['broker: the next in line']);
  });

  it('goes on without a word when an engine takes the question and never answers', async () => {
    const context = contextWith({ DOCKER_HOST: await engineWith(null) });
    await chooseOffer('broker', [containerProviders().broker, nextInLine], context);
    expect(reports).toEqual(['broker: the next in line']);
  });

  it('says which image can neither be found nor pulled, goes on, and does not try again at once', async () => {
    const address = await engineWith({ ...empty, ...brokerImage });
    const context = contextWith({ DOCKER_HOST: address });
    const providers = containerProviders();
    await chooseOffer('broker', [providers.broker, nextInLine], context);
    await chooseOffer('database', [providers.database, nextInLine], context);
    expect(reports.filter((line) => !line.startsWith('still pulling'))).toEqual([
      `pulling ${officialImages.database}`,
      `no containers: the engine at ${address} lacks ${officialImages.database}, which could not be pulled`,
      'broker: the next in line',
      'database: the next in line',
    ]);
    reports.length = 0;
    await chooseOffer('broker', [containerProviders().broker, nextInLine], context);
    expect(reports).toEqual([
      `no containers: the engine at ${address} lacks ${officialImages.database}, which could not be pulled`,
      'broker: the next in line',
    ]);
  }, 60_000);

  it('says that an engine cannot be worked with, and goes on', async () => {
    const address = await engineWith({ ...empty, ...brokerImage, ...databaseImage, '/volumes': 'not JSON' });
    const context = contextWith({ DOCKER_HOST: address });
    await chooseOffer('broker', [containerProviders().broker, nextInLine], context);
    expect(reports).toEqual([
      expect.stringMatching(/^no containers: the engine at .* cannot be worked with: SyntaxError/),
      'broker: the next in line',
    ]);
  });

  it('removes what dead launchers of this machine left, and nothing of the living or of others', async () => {
    const machineName = { 'potok.machine': 'this' };
    const living = labelsOf(path.join(machine, 'fresh-1'), 'broker');
    const containers = [
      { Id: 'living', Labels: living },
      { Id: 'dead', Labels: { ...machineName, 'potok.owner': '1:never' } },
      { Id: 'nameless', Labels: machineName },
    ];
    const volumes = {
      Volumes: [{ Name: 'dead-data', Labels: { ...machineName, 'potok.owner': '1:never' } }],
    };
    const address = await engineWith({
      ...empty,
      ...brokerImage,
      ...databaseImage,
      '/containers/json': JSON.stringify(containers),
      '/volumes': JSON.stringify(volumes),
    });
    await containerProviders().broker.offer(contextWith({ DOCKER_HOST: address }));
    expect(questions.filter((question) => question.startsWith('DELETE'))).toEqual([
      'DELETE /containers/dead?force=true&v=true',
      'DELETE /volumes/dead-data',
    ]);
  });

  it('follows the context that Docker’s client was told to use', () => {
    const hash = createHash('sha256').update('colima').digest('hex');
    const folder = path.join(machine, '.docker', 'contexts', 'meta', hash);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(machine, '.docker', 'config.json'), '{"currentContext":"colima"}');
    const meta = { Name: 'colima', Endpoints: { docker: { Host: 'unix:///colima.sock' } } };
    writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
    expect(engineAddresses({ HOME: machine })).toEqual(['unix:///colima.sock']);
    expect(engineAddresses({ HOME: machine, DOCKER_HOST: 'tcp://engine:2375' })).toEqual([
      'tcp://engine:2375',
    ]);
    expect(engineAddresses({ HOME: machine, DOCKER_CONTEXT: 'default' })).not.toContain(
      'unix:///colima.sock',
    );
  });

  it('takes images from the mirror that testcontainers was told of', () => {
    expect(imagesOf({ TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: 'registry.chain.local/hub/' })).toEqual({
      broker: `registry.chain.local/hub/${officialImages.broker}`,
      database: `registry.chain.local/hub/${officialImages.database}`,
    });
  });

  it('spells properties as the image of Kafka does', () => {
    const spelled = environmentOf({ 'log.dirs': '/data', 'one_two-three.four': 5 });
    expect(spelled).toEqual({ KAFKA_LOG_DIRS: '/data', KAFKA_ONE__TWO___THREE_FOUR: '5' });
  });
});
