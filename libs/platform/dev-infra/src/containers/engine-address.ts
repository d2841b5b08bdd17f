import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

const usersConfig = z.object({ currentContext: z.string().optional() });
const contextMeta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/**
 * Where a Docker engine may listen, as URLs (`unix:///path`, `tcp://host:port`), in the order of preference: what
 * DOCKER_HOST says alone, else what Docker's client was told to use, else the sockets of a usual installation.
 */
export function engineAddresses(environment: Environment): string[] {
  const stated = environment['DOCKER_HOST'];
  if (stated !== undefined && stated !== '') return [stated];
  const chosen = hostOfContext(environment);
  if (chosen !== undefined) return [chosen];
  return usualSockets(environment)
    .filter((socket) => existsSync(socket))
    .map((socket) => `unix://${socket}`);
}

function usualSockets(environment: Environment): string[] {
  const home = environment['HOME'];
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [path.join(runtime, 'docker.sock')]),
    ...(home === undefined
      ? []
      : [path.join(home, '.docker/run/docker.sock'), path.join(home, '.docker/desktop/docker.sock')]),
  ];
}

// `docker context use` keeps the choice in the client's folder, under the hash of the context's name.
function hostOfContext(environment: Environment): string | undefined {
  const folder = environment['DOCKER_CONFIG'] ?? path.join(environment['HOME'] ?? '/nonexistent', '.docker');
  const name =
    environment['DOCKER_CONTEXT'] ??
    usersConfig.safeParse(readJson(path.join(folder, 'config.json'))).data?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const hash = createHash('sha256').update(name).digest('hex');
  const meta = contextMeta.safeParse(readJson(path.join(folder, 'contexts', 'meta', hash, 'meta.json')));
  return meta.data?.Endpoints.docker.Host;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
