import { z } from 'zod';

/** What the keeper of a container is told in a file: everything that it has to run. */
export const containerSpec = z.object({
  image: z.string(),
  /** Empty: the image's own. */
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  /** Where the server listens inside, and the port of the engine's machine that leads there. */
  containerPort: z.number(),
  hostPort: z.number(),
  /** The address that the port is bound to. */
  hostAddress: z.string(),
  sharedMemoryMb: z.number(),
  volume: z.object({
    name: z.string(),
    mountedAt: z.string(),
    /** The data ends with the run. */
    fresh: z.boolean(),
    /** This file exists once the volume holds a complete server's data; before, it is begun anew. */
    completeFile: z.string(),
  }),
  labels: z.record(z.string(), z.string()),
  /** The subset of the labels that names this container's place alone. */
  place: z.record(z.string(), z.string()),
});

export type ContainerSpec = z.infer<typeof containerSpec>;
