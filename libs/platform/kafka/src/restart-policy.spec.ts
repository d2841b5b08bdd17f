import { RestartPolicy } from './restart-policy';

const policy = new RestartPolicy({ restartsMax: 0, restartDelayMs: 1 });

function named(name: string, type?: string): Error {
  return Object.assign(new Error(name), { name, ...(type === undefined ? {} : { type }) });
}

describe('RestartPolicy at the first start', () => {
  it.each([
    named('KafkaJSGroupCoordinatorNotFound'),
    named('KafkaJSProtocolError', 'GROUP_COORDINATOR_NOT_AVAILABLE'),
  ])('waits for a broker that has no coordinator yet: $message', async (error) => {
    await expect(policy.waitAtStart(error)).resolves.toBeUndefined();
  });

  it('lets the caller see anything else', async () => {
    await expect(policy.waitAtStart(named('KafkaJSConnectionError'))).rejects.toThrow();
  });
});
