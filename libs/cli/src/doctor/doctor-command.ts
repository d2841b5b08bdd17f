import type { Command } from 'commander';
import type { Register } from '../program';
import type { DoctorCheck } from './doctor-check';
import { checkMachine } from './machine-checks';
import { checkPlatform } from './platform-checks';

const SIGNS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

export function addDoctorCommand(program: Command, register: Register): void {
  const doctor = program
    .command('doctor')
    .description('looks at everything and says what to do; exit code 1 when something fails')
    .addHelpText(
      'after',
      `
Looks at Node, Java or Docker, the addresses, and in each service at database, migrations, clocks, broker, topics,
leases, lag, halts and quarantine; at the registers' completeness.

Examples:
  npm run potok -- doctor
  npm run potok -- doctor --url http://10.0.0.1:8080,http://10.0.0.2:8080 --json doctor.json`,
    );
  register(doctor, () => async ({ client }) => {
    client.requireToken();
    const checks = [...(await checkMachine(process.versions.node)), ...(await checkPlatform(client))];
    const failed = checks.filter(({ level }) => level === 'fail').length;
    const warned = checks.filter(({ level }) => level === 'warn').length;
    return {
      report: { checks, failed, warned },
      lines: [
        ...checks.flatMap(linesOf),
        '',
        `${String(checks.length)} checks: ${String(failed)} fail, ${String(warned)} warn`,
      ],
      passed: failed === 0,
    };
  });
}

function linesOf({ where, check, level, detail, remedy }: DoctorCheck): string[] {
  const line = `${SIGNS[level]}  ${where}: ${check}: ${detail}`;
  return remedy === null ? [line] : [line, `        → ${remedy}`];
}
