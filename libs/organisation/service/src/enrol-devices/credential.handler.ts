import { randomBytes } from 'node:crypto';
import { toInstant } from '@potok/kernel/clock';
import type { Clock } from '@potok/kernel/clock';
import type { CredentialScope, PostEnrolment } from '@potok/organisation-contracts/organisation-http';
import { hashToken, mintToken } from '@potok/platform-auth/token';
import { ProblemError } from '@potok/platform-http/problem';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { organisationProblems } from '../keep-organisation/organisation-problems';
import { lockOrganisation, nextChangeNo } from '../storage/organisation-version';

const CODE_BYTES = 16;
const ID_BYTES = 9;

/** A credential as a person sees it: no code, no token. */
export interface CredentialView {
  readonly credentialId: string;
  readonly name: string;
  readonly scope: CredentialScope;
  readonly state: 'invited' | 'enrolled' | 'expired' | 'revoked';
  readonly createdAt: string;
}

interface CredentialColumns {
  readonly credential_id: string;
  readonly name: string;
  readonly scope: CredentialScope;
  readonly created_at: Date;
  readonly enrolment_expires_at: Date;
  readonly enrolled_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Devices' credentials: a one-time code is exchanged for a token, of which only the hash is stored. */
export class CredentialHandler {
  constructor(
    private readonly database: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Answers the code this once. */
  invite(
    body: PostEnrolment,
    createdBy: string,
  ): Promise<{ credentialId: string; enrolmentCode: string; expiresAt: string }> {
    const credentialId = `dev-${randomBytes(ID_BYTES).toString('hex')}`;
    const enrolmentCode = randomBytes(CODE_BYTES).toString('base64url');
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + body.expiresInSeconds * 1000;
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      await tx.query(
        `INSERT INTO credential (credential_id, name, scope, enrolment_hash, enrolment_expires_at, created_by, created_at,
           change_no)
         VALUES ($1, $2, $3, $4, to_timestamp($5::bigint / 1000.0), $6, to_timestamp($7::bigint / 1000.0), $8)`,
        [
          credentialId,
          body.name,
          JSON.stringify(body.scope),
          hashToken(enrolmentCode),
          expiresAtMs,
          createdBy,
          nowMs,
          await nextChangeNo(tx),
        ],
      );
      return { credentialId, enrolmentCode, expiresAt: toInstant(expiresAtMs) };
    });
  }

  /** Exchanges the code for a token; the code is then spent. */
  enrol(enrolmentCode: string): Promise<{ credentialId: string; token: string }> {
    const token = mintToken();
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      const { rows } = await tx.query<{ credential_id: string }>(
        `UPDATE credential SET token_hash = $2, enrolment_hash = NULL, change_no = $3,
           enrolled_at = to_timestamp($4::bigint / 1000.0)
         WHERE enrolment_hash = $1 AND revoked_at IS NULL AND enrolment_expires_at > to_timestamp($4::bigint / 1000.0)
         RETURNING credential_id`,
        [hashToken(enrolmentCode), hashToken(token), await nextChangeNo(tx), this.clock.nowMs()],
      );
      const [row] = rows;
      if (row === undefined) throw new ProblemError(organisationProblems.enrolmentInvalid);
      return { credentialId: row.credential_id, token };
    });
  }

  /** Effective within seconds in every process. A second time changes nothing. */
  revoke(credentialId: string): Promise<CredentialView> {
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      await tx.query(
        `UPDATE credential SET revoked_at = to_timestamp($2::bigint / 1000.0), enrolment_hash = NULL, change_no = $3
         WHERE credential_id = $1 AND revoked_at IS NULL`,
        [credentialId, this.clock.nowMs(), await nextChangeNo(tx)],
      );
      const [view] = await this.read(tx, 'WHERE credential_id = $1', [credentialId]);
      if (view === undefined) throw new ProblemError(organisationProblems.notFound, { detail: credentialId });
      return view;
    });
  }

  list(): Promise<readonly CredentialView[]> {
    return this.read(this.database, 'ORDER BY created_at, credential_id', []);
  }

  private async read(
    querying: Pick<Tx, 'query'>,
    condition: string,
    parameters: readonly unknown[],
  ): Promise<readonly CredentialView[]> {
    const { rows } = await querying.query<CredentialColumns>(
      `SELECT credential_id, name, scope, created_at, enrolment_expires_at, enrolled_at, revoked_at
       FROM credential ${condition}`,
      parameters,
    );
    return rows.map((row) => ({
      credentialId: row.credential_id,
      name: row.name,
      scope: row.scope,
      state: this.stateOf(row),
      createdAt: toInstant(row.created_at.getTime()),
    }));
  }

  private stateOf(row: CredentialColumns): CredentialView['state'] {
    if (row.revoked_at !== null) return 'revoked';
    if (row.enrolled_at !== null) return 'enrolled';
    return row.enrolment_expires_at.getTime() <= this.clock.nowMs() ? 'expired' : 'invited';
  }
}
