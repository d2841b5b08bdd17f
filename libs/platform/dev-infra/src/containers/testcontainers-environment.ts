import { hostVariable, type Engine } from './engine';
import { mirrorVariable } from './images';

/** What a process that uses testcontainers is given: the engine that was found, images under their full names. */
export async function testcontainersEnvironment(
  engine: Engine,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string | undefined>> {
  return {
    ...environment,
    DOCKER_HOST: engine.address,
    [mirrorVariable]: undefined,
    // Else it may run a container of a further image to find that out.
    [hostVariable]: await engine.host(),
  };
}
