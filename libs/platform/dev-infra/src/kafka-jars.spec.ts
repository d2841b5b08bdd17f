import os from 'node:os';
import { mavenEnvironment } from './kafka-jars';

describe('The environment of Maven', () => {
  const home = os.tmpdir();

  it('names HOME where the user database knows no home that exists', () => {
    expect(mavenEnvironment({ HOME: home, MAVEN_OPTS: '-Xmx1g' }, '/nonexistent')).toEqual({
      HOME: home,
      MAVEN_OPTS: `-Xmx1g -Duser.home="${home}"`,
    });
    expect(mavenEnvironment({ HOME: home }, '')['MAVEN_OPTS']).toBe(`-Duser.home="${home}"`);
  });

  it('is left alone where that home exists, or HOME does not', () => {
    expect(mavenEnvironment({ HOME: '/elsewhere' }, home)).toEqual({ HOME: '/elsewhere' });
    expect(mavenEnvironment({ HOME: '/elsewhere' }, '/nonexistent')).toEqual({ HOME: '/elsewhere' });
    expect(mavenEnvironment({}, '/nonexistent')).toEqual({});
  });
});
