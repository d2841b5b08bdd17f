import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from './generate/repository';
import { countsLine, countTests, noResult } from './test-counts';

const root = repositoryRoot(__dirname);

describe('the counts of a test run', () => {
  it('come from what Jest really did, suites that cannot be run included', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'potok-counts-'));
    try {
      writeFileSync(
        path.join(folder, 'some.spec.js'),
        `test('passes', () => {});
         test('fails', () => { throw new Error('expected to fail'); });
         test.skip('is skipped', () => {});
         test.todo('is still to be written');`,
      );
      writeFileSync(path.join(folder, 'broken.spec.js'), `throw new Error('cannot even be loaded');`);
      writeFileSync(path.join(folder, 'jest.config.js'), `module.exports = { testEnvironment: 'node' };`);
      symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
      const resultFile = path.join(folder, 'result.json');
      const jest = path.join(root, 'node_modules/jest/bin/jest.js');
      const options = ['--json', `--outputFile=${resultFile}`, '--runInBand'];
      expect(() =>
        execFileSync(process.execPath, [jest, ...options], { cwd: folder, stdio: 'ignore' }),
      ).toThrow();
      expect(countsLine(countTests(readFileSync(resultFile, 'utf8')))).toBe('1 passed, 2 failed, 2 skipped');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('never look like a success when there is no result', () => {
    expect(countsLine(noResult)).toBe('0 passed, 1 failed, 0 skipped');
    expect(() => countTests('{}')).toThrow('numPassedTests');
  });
});
