import { ArgumentError, readArguments, usage } from './arguments';

describe('the arguments of offline-images', () => {
  it('leave everything to what the machine has, unless named', () => {
    expect(readArguments([])).toMatchObject({ base: null, kafkaJars: null, product: null, client: 'docker' });
    expect(
      readArguments(['--kafka-jars', '/jars', '--client', 'podman', '--product', 'potok:1']),
    ).toMatchObject({
      kafkaJars: '/jars',
      client: 'podman',
      product: 'potok:1',
    });
  });

  it('are refused when nobody knows them', () => {
    expect(() => readArguments(['--registry', 'x'])).toThrow(ArgumentError);
    expect(() => readArguments(['--base'])).toThrow(ArgumentError);
  });

  it('are all explained', () => {
    for (const name of Object.keys(readArguments([]))) {
      const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `;
      expect(usage).toContain(option);
    }
  });
});
