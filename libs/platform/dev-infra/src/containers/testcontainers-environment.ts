import type { Engine } from './engine';
import { mirrorVariable } from './images';

/** What a process that uses testcontainers is given: the engine that was found, images under their full names. */
export function testcontainersEnvironment(
  engine: Engine,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return { ...environment, DOCKER_HOST: engine.address, [mirrorVariable]: undefined };
}
