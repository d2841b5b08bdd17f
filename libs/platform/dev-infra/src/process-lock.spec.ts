import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { identityOf } from './process-identity';
import { lock, lockIsHeld, tryLock } from './process-lock';

describe('a lock between processes', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'potok-lock-'));
    file = path.join(folder, 'the.lock');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is held by one owner until it is released', () => {
    const first = tryLock(file);
    expect(first).toBeDefined();
    expect(lockIsHeld(file)).toBe(true);
    expect(tryLock(file)).toBeUndefined();
    first?.release();
    expect(lockIsHeld(file)).toBe(false);
    expect(tryLock(file)).toBeDefined();
  });

  it('is respected while another process that holds it lives, and taken over once that is dead', async () => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const dead = new Promise((resolve) => owner.once('exit', resolve));
    writeFileSync(file, JSON.stringify(identityOf(owner.pid ?? -1)));
    expect(tryLock(file)).toBeUndefined();
    owner.kill('SIGKILL');
    await dead;
    expect(tryLock(file)).toBeDefined();
  });

  it('is taken over when its owner’s number belongs to another process by now', () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    expect(tryLock(file)).toBeDefined();
  });

  it.each(['', '{"pid":', '{}'])('is taken over when a crash left it unreadable: %j', (content) => {
    writeFileSync(file, content);
    expect(tryLock(file)).toBeDefined();
    expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(identityOf(process.pid)));
  });

  it('is given to who waits as soon as it is free', async () => {
    const first = tryLock(file);
    const waits: string[] = [];
    const second = lock(file, { timeoutMs: 30_000, onWait: () => waits.push('waiting') });
    expect(waits).toEqual(['waiting']);
    first?.release();
    (await second).release();
  });
});
