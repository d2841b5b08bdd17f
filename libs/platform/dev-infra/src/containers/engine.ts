import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;
export type Labels = Readonly<Record<string, string>>;

/** What bears labels on the engine: a container by its id, a volume by its name. */
export interface Labelled {
  readonly id: string;
  readonly labels: Labels;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Testcontainers' own setting for where published ports are reached. */
export const hostVariable = 'TESTCONTAINERS_HOST_OVERRIDE';

const answerWithinMs = 30_000;
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const containerList = z.array(z.object({ Id: z.string(), Labels: labels }));
const volumeList = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), Labels: labels }))
    .nullish()
    .transform((value) => value ?? []),
});
const addressRange = z.object({ Gateway: z.string().optional(), Subnet: z.string().optional() });
const network = z.object({ IPAM: z.object({ Config: z.array(addressRange).nullish() }) });

/**
 * The few questions that a launcher asks of a Docker engine. Not the client library: that alone takes longer to be
 * loaded than the engine to be found or missed, and a command on a machine without an engine must not wait for it.
 */
export class Engine {
  constructor(
    /** `unix:///path` or `tcp://host:port`. */
    readonly address: string,
    private readonly environment: Environment,
  ) {}

  /** True if an engine answers there. */
  async answers(withinMs: number): Promise<boolean> {
    try {
      return (await this.ask('GET', '/_ping', { withinMs })).status === 200;
    } catch {
      return false;
    }
  }

  async hasImage(name: string): Promise<boolean> {
    return (await this.ask('GET', `/images/${name}/json`)).status === 200;
  }

  /** Running or not. */
  async containersWith(wanted: Labels): Promise<Labelled[]> {
    const body = await this.bodyOf(`/containers/json?all=true&filters=${labelFilter(wanted)}`);
    return containerList.parse(body).map((found) => ({ id: found.Id, labels: found.Labels }));
  }

  async volumesWith(wanted: Labels): Promise<Labelled[]> {
    const body = await this.bodyOf(`/volumes?filters=${labelFilter(wanted)}`);
    return volumeList.parse(body).Volumes.map((found) => ({ id: found.Name, labels: found.Labels }));
  }

  /** Kills it if it runs. Its nameless volumes go with it; a container that is gone already is no error. */
  async removeContainer(id: string): Promise<void> {
    // 409: another command removes it at this moment.
    await this.expect(await this.ask('DELETE', `/containers/${id}?force=true&v=true`), [204, 404, 409]);
  }

  async createVolume(name: string, volumeLabels: Labels): Promise<void> {
    const body = JSON.stringify({ Name: name, Labels: volumeLabels });
    await this.expect(await this.ask('POST', '/volumes/create', { body }), [201]);
  }

  /** Removes the data; a volume that is gone already, or that a container uses, is no error. */
  async removeVolume(name: string): Promise<void> {
    await this.expect(await this.ask('DELETE', `/volumes/${name}`), [204, 404, 409]);
  }

  /** Where published ports are reached from here: the host name or IPv4 address of the engine's machine. */
  async host(): Promise<string> {
    const stated = this.environment[hostVariable];
    if (stated !== undefined && stated !== '') return stated;
    const { protocol, hostname } = new URL(this.address);
    if (protocol !== 'unix:') return hostname;
    if (!existsSync('/.dockerenv')) return '127.0.0.1';
    // Inside of a container that was given the engine's socket, 127.0.0.1 is the container itself. An engine may run
    // in a container too, next to us: then the bridge's gateway is an address of our own.
    const gateway = gatewayOf(network.parse(await this.bodyOf('/networks/bridge')));
    return gateway === undefined || ownAddresses().includes(gateway) ? '127.0.0.1' : gateway;
  }

  private async bodyOf(url: string): Promise<unknown> {
    const answer = await this.ask('GET', url);
    await this.expect(answer, [200]);
    return JSON.parse(answer.body);
  }

  private async expect(answer: Answer, statuses: readonly number[]): Promise<void> {
    if (statuses.includes(answer.status)) return Promise.resolve();
    throw new Error(`the engine at ${this.address} answered ${String(answer.status)}: ${answer.body}`);
  }

  private async ask(
    method: string,
    url: string,
    options: { readonly body?: string; readonly withinMs?: number } = {},
  ): Promise<Answer> {
    const { target, secure } = this.target();
    const headers = options.body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(options.withinMs ?? answerWithinMs);
    const asked = { ...target, method, path: url, headers, signal };
    return new Promise((resolve, reject) => {
      const question = secure ? httpsRequest(asked) : httpRequest(asked);
      question.once('error', reject);
      question.once('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
      });
      question.end(options.body);
    });
  }

  private target(): { readonly target: RequestOptions; readonly secure: boolean } {
    const { protocol, hostname, port, pathname } = new URL(this.address);
    if (protocol === 'unix:') return { target: { socketPath: pathname }, secure: false };
    if (!['tcp:', 'http:', 'https:'].includes(protocol)) {
      throw new Error(`an engine at ${protocol}// is not supported`);
    }
    const target = { hostname, port };
    const certificates = this.environment['DOCKER_CERT_PATH'];
    if (this.environment['DOCKER_TLS_VERIFY'] !== '1' || certificates === undefined) {
      return { target, secure: protocol === 'https:' };
    }
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) =>
      readFileSync(path.join(certificates, file)),
    );
    return { target: { ...target, ca, cert, key }, secure: true };
  }
}

function labelFilter(wanted: Labels): string {
  const label = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  return encodeURIComponent(JSON.stringify({ label }));
}

// An engine that was never restarted tells the range of its bridge alone; the gateway is its first address.
function gatewayOf(bridge: z.infer<typeof network>): string | undefined {
  const range = bridge.IPAM.Config?.find(({ Gateway, Subnet }) => (Gateway ?? Subnet)?.includes('.'));
  return range?.Gateway ?? range?.Subnet?.replace(/\.\d+\/\d+$/, '.1');
}

function ownAddresses(): string[] {
  return Object.values(os.networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}
