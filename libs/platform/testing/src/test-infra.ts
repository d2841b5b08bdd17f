import { randomBytes } from 'node:crypto';

export interface TestInfra {
  readonly kafkaBrokers: string[];
  readonly databaseUrl: string;
}

/** The broker and the database that the test run has. Throws when there are none. */
export function requireInfra(): TestInfra {
  return { kafkaBrokers: required('KAFKA_BROKERS').split(','), databaseUrl: required('DATABASE_URL') };
}

/** A prefix for topics, groups and client ids that no other test file uses. */
export function uniquePrefix(name: string): string {
  return `test.${name}.${randomBytes(5).toString('hex')}`;
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    throw new Error(
      `${variable} is not set: run the tests by \`npm test\`, which obtains broker and database`,
    );
  }
  return value;
}
