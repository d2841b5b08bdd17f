'use strict';
// Makes every command sufficient on a fresh clone: checks Node, installs the packages when they are missing or
// older than package-lock.json, compiles, and becomes the command. Plain JavaScript, because nothing is installed
// or compiled yet when it runs.
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const oldestNode = [20, 19];
const lockFile = path.join(root, 'package-lock.json');
const modulesFolder = path.join(root, 'node_modules');
const stampFile = path.join(modulesFolder, '.potok-installed');
const installLock = path.join(root, '.potok', 'install.lock');
const pollMs = 500;
const progressEveryMs = 5_000;

class CommandError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new CommandError(
    `Node ${oldestNode.join('.')} or newer is needed, this is ${process.versions.node} (${process.execPath}).\n` +
      'Install it from https://nodejs.org or by a version manager: nvm install 24',
    1,
  );
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function lockFileHash() {
  return createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex');
}

// npm writes its own record of node_modules last of all, so that an install which crashed has none.
function npmRecordMatches() {
  const installed = readJson(path.join(modulesFolder, '.package-lock.json'))?.packages;
  const wanted = readJson(lockFile)?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([name, { version, optional, link }]) => {
    if (name === '' || link === true) return true;
    if (installed[name] === undefined) return optional === true;
    return installed[name].version === version;
  });
}

function packagesAreInstalled() {
  const hash = lockFileHash();
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === hash) return true;
  if (!npmRecordMatches()) return false;
  fs.writeFileSync(stampFile, hash);
  return true;
}

/** The kernel's start time: a process number alone may belong to another process by now. */
function startOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return 'unknown';
  }
}

function writeLockDraft(pids) {
  const draft = `${installLock}.${process.pid}.draft`;
  fs.writeFileSync(draft, JSON.stringify(pids.map((pid) => ({ pid, startedAt: startOf(pid) }))));
  return draft;
}

function tryInstallLock() {
  fs.mkdirSync(path.dirname(installLock), { recursive: true });
  const owners = readJson(installLock) ?? [];
  if (owners.some(({ pid, startedAt }) => startOf(pid) === startedAt)) return false;
  fs.rmSync(installLock, { force: true });
  const draft = writeLockDraft([process.pid]);
  try {
    fs.linkSync(draft, installLock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

async function holdInstallLock() {
  for (let waited = false; !tryInstallLock(); waited = true) {
    if (!waited) say('another command installs the packages: waiting for it');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function npmCommand(args) {
  const npm = process.env.npm_execpath;
  return npm !== undefined && /npm-cli\.c?js$/.test(npm)
    ? { command: process.execPath, args: [npm, ...args] }
    : { command: 'npm', args };
}

/** Runs npm with its output on our standard error: standard output belongs to the command's report. */
function runNpm(npmArguments) {
  const { command, args } = npmCommand(npmArguments);
  const startedMs = Date.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  // Also this process's end does not free the lock while npm goes on.
  if (child.pid !== undefined) fs.renameSync(writeLockDraft([process.pid, child.pid]), installLock);
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const progress = setInterval(
    () => say(`installing packages (${Math.round((Date.now() - startedMs) / 1000)} s)`),
    progressEveryMs,
  );
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new CommandError(`npm could not be run: ${error.message}`, 1)));
    child.once('close', (code, signal) => resolve(signal === null ? code : 1));
  }).finally(() => {
    clearInterval(progress);
    for (const signal of signals) process.removeListener(signal, forward);
  });
}

async function installPackages() {
  if (packagesAreInstalled()) return;
  await holdInstallLock();
  try {
    if (packagesAreInstalled()) return;
    say('installing packages by npm ci');
    const code = await runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
    if (code !== 0) throw new CommandError(`npm ci failed (code ${code}): see its messages above`, 1);
    fs.writeFileSync(stampFile, lockFileHash());
  } finally {
    fs.rmSync(installLock, { force: true });
  }
}

function becomeCommand(command, args) {
  if (command === 'build') return;
  const script = path.join(root, 'dist', 'tools', `${command}.js`);
  if (!/^[a-z-]+$/.test(command) || !fs.existsSync(script)) {
    throw new CommandError(`there is no command ${command}`, 2);
  }
  process.argv = [process.execPath, script, ...args];
  process.setSourceMapsEnabled(true);
  // Not `require`: the command must be the main module.
  Module.runMain(script);
}

async function main() {
  const [command = 'help', ...args] = process.argv.slice(2);
  checkNode();
  await installPackages();
  const { build } = require('./build.cjs');
  const compiled = build();
  if (compiled > 0 || command === 'build') say(`compiled ${compiled} files`);
  becomeCommand(command, args);
}

main().catch((error) => {
  say(error instanceof CommandError ? error.message : error.stack);
  process.exit(error.exitCode ?? 1);
});
