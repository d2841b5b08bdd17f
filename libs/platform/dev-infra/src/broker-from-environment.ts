import type { Provider } from './provider';

export const brokerFromEnvironment: Provider = {
  name: 'a running broker',
  offer: async ({ environment }) => {
    const brokers = environment['KAFKA_BROKERS'];
    if (brokers === undefined || brokers === '') {
      return Promise.resolve({
        kind: 'unavailable',
        reason: 'KAFKA_BROKERS is not set',
        remedy: 'export KAFKA_BROKERS=host:port',
      });
    }
    return Promise.resolve({
      kind: 'running',
      description: `KAFKA_BROKERS (${brokers})`,
      addresses: brokers.split(',').map((address) => address.trim()),
    });
  },
};
