import { existsSync } from 'node:fs';
import { GenericContainer, getContainerRuntimeClient, Wait, type StartedTestContainer } from 'testcontainers';
import type { ContainerSpec } from './container-spec';
import type { Engine } from './engine';

/** Less than what the supervisor and its guards grant the keeper. */
const stopWithinMs = 8_000;

/** Testcontainers publishes ports on every address of the machine; these servers are for this machine alone. */
class BoundContainer extends GenericContainer {
  constructor(private readonly spec: ContainerSpec) {
    super(spec.image);
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const { containerPort, hostPort, hostAddress } = this.spec;
    const binding = { HostIp: hostAddress, HostPort: String(hostPort) };
    this.hostConfig.PortBindings = { [`${String(containerPort)}/tcp`]: [binding] };
    return Promise.resolve();
  }
}

/** One container as one process: begins with nothing of an earlier life but its data and ends with its container. */
export class ContainerKeeper {
  private starting: Promise<StartedTestContainer> | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly spec: ContainerSpec,
    private readonly engine: Engine,
  ) {}

  /** Answers the container's exit code once nothing of it is left but complete data. */
  async run(): Promise<number> {
    try {
      this.starting = this.start();
      const started = await this.starting;
      const client = await getContainerRuntimeClient();
      const end = (await client.container.getById(started.getId()).wait()) as { readonly StatusCode: number };
      return end.StatusCode;
    } finally {
      await (this.ended ?? this.clearAway());
    }
  }

  /** Stops the container, removes it, and its data too if they are not to be kept. */
  async end(): Promise<void> {
    this.ended ??= this.endAll();
    return this.ended;
  }

  private async endAll(): Promise<void> {
    const started = await this.starting?.catch(() => undefined);
    await started?.stop({ timeout: stopWithinMs, remove: true }).catch(() => undefined);
    await this.removeContainers();
    if (this.spec.volume.fresh) await this.engine.removeVolume(this.spec.volume.name);
  }

  private async clearAway(): Promise<void> {
    await this.removeContainers();
    if (!existsSync(this.spec.volume.completeFile)) await this.engine.removeVolume(this.spec.volume.name);
  }

  private async removeContainers(): Promise<void> {
    for (const { id } of await this.engine.containersWith(this.spec.place)) {
      await this.engine.removeContainer(id);
    }
  }

  private async start(): Promise<StartedTestContainer> {
    await this.clearAway();
    await this.engine.createVolume(this.spec.volume.name, this.spec.labels);
    const { command, environment, containerPort, hostPort, volume, labels, sharedMemoryMb } = this.spec;
    const container = new BoundContainer(this.spec)
      // No reaper: that would be a third image. The keeper, and every later start, clear up.
      .withAutoCleanup(false)
      .withLabels(labels)
      .withEnvironment(environment)
      .withExposedPorts({ container: containerPort, host: hostPort })
      .withBindMounts([{ source: volume.name, target: volume.mountedAt }])
      .withSharedMemorySize(sharedMemoryMb * 1024 * 1024)
      .withLogConsumer((stream) => stream.pipe(process.stdout, { end: false }))
      // Whether the server answers is the supervisor's question.
      .withWaitStrategy(Wait.forAll([]));
    return (command.length === 0 ? container : container.withCommand(command)).start();
  }
}
