import type { Provider } from './provider';

export const databaseFromEnvironment: Provider = {
  name: 'a running database',
  offer: async ({ environment }) => {
    const url = environment['DATABASE_URL'];
    if (url === undefined || url === '') {
      return Promise.resolve({
        kind: 'unavailable',
        reason: 'DATABASE_URL is not set',
        remedy:
          'export DATABASE_URL=postgres://user:password@host:port/database (a role that may create databases)',
      });
    }
    return Promise.resolve({
      kind: 'running',
      description: `DATABASE_URL (${new URL(url).host})`,
      addresses: [url],
    });
  },
};
