/** The images that broker and database run from, in a container's words. Declared here and nowhere else. */
export interface Images {
  readonly broker: string;
  readonly database: string;
}

/** The broker's version is also that of the jars which run where there is no engine. */
export const kafkaVersion = '4.3.1';
export const postgresVersion = '18.4';

export const officialImages: Images = {
  broker: `apache/kafka:${kafkaVersion}`,
  database: `postgres:${postgresVersion}`,
};

/** Testcontainers' own setting for a mirror of Docker Hub. */
export const mirrorVariable = 'TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX';

/** The images' names in the registry that the environment states, Docker Hub by default. */
export function imagesOf(environment: Readonly<Record<string, string | undefined>>): Images {
  const mirror = (environment[mirrorVariable] ?? '').replace(/\/+$/, '');
  if (mirror === '') return officialImages;
  return { broker: `${mirror}/${officialImages.broker}`, database: `${mirror}/${officialImages.database}` };
}
