import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DoctorCheck } from './doctor-check';

const WHERE = 'this machine';
const NODE_LEAST = [20, 19] as const;
const JAVA_LEAST = 17;
const PROGRAM_TIMEOUT_MS = 5_000;

/** What the commands need here. Java or Docker are needed by the demo and the tests alone. */
export async function checkMachine(nodeVersion: string): Promise<DoctorCheck[]> {
  return [checkNode(nodeVersion), await checkRuntime()];
}

function checkNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1]);
  return {
    where: WHERE,
    check: 'Node',
    level: enough ? 'ok' : 'fail',
    detail: version,
    remedy: enough ? null : `Node ${NODE_LEAST.join('.')} or newer is needed: nvm install 24`,
  };
}

async function checkRuntime(): Promise<DoctorCheck> {
  const [java, docker] = await Promise.all([javaVersion(), dockerVersion()]);
  const base = { where: WHERE, check: 'Java or Docker' };
  if (docker !== null) return { ...base, level: 'ok', detail: `Docker engine ${docker}`, remedy: null };
  if (java !== null && java >= JAVA_LEAST)
    return { ...base, level: 'ok', detail: `Java ${String(java)}`, remedy: null };
  const found =
    java === null ? 'neither is there' : `Java ${String(java)} is too old, and no Docker engine answers`;
  const remedy = `npm run demo and npm test need one of them, or KAFKA_BROKERS: apt install openjdk-${String(JAVA_LEAST)}-jre-headless maven`;
  return { ...base, level: 'warn', detail: found, remedy };
}

async function javaVersion(): Promise<number | null> {
  const said = await outputOf('java', ['-version']);
  const version = /version "(\d+)/.exec(said ?? '')?.[1];
  return version === undefined ? null : Number(version);
}

async function dockerVersion(): Promise<string | null> {
  const said = (await outputOf('docker', ['version', '--format', '{{.Server.Version}}']))?.trim();
  return said === undefined || !/^\d/.test(said) ? null : said;
}

/** What the program writes, on either stream; null when it cannot be run. */
async function outputOf(program: string, parameters: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...parameters], {
      timeout: PROGRAM_TIMEOUT_MS,
    });
    return stdout + stderr;
  } catch {
    return null;
  }
}
