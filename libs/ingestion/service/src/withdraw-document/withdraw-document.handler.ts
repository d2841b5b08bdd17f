import { present } from '@potok/kernel/assert';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { DecisionError } from '../decide-documents/decision-error';
import { publishDecided, revisionOf } from '../decide-documents/publish-decided';
import type { PublishingParts } from '../decide-documents/publish-decided';
import { readStanding } from '../decide-documents/standing-document';
import { retryRaces } from '../intake/intake-race';
import { decisionsOf, insertDecision } from '../storage/decision-table';
import type { StoredDecision } from '../storage/decision-table';

export interface Withdrawal {
  readonly documentId: string;
  /** The principal's id. */
  readonly by: string;
  readonly reason: string;
  readonly traceparent: string | null;
}

type Decided = Result<StoredDecision, DecisionError>;

/** Takes a document back that should never have counted: a test receipt, a drive that was not marked as training. */
export class WithdrawDocumentHandler {
  constructor(
    private readonly database: Transactor,
    private readonly parts: PublishingParts,
  ) {}

  /** The same again answers the first withdrawal. */
  handle(withdrawal: Withdrawal): Promise<Decided> {
    return retryRaces(() => this.database.tx((tx) => this.withdraw(tx, withdrawal)));
  }

  private async withdraw(tx: Tx, { documentId, by, reason, traceparent }: Withdrawal): Promise<Decided> {
    const standing = await readStanding(tx, [documentId]);
    if (!standing.ok) return standing;
    const document = present(standing.value[0], 'the document to be withdrawn');
    if (!document.document.counts) {
      const { revisionKind } = document.latest;
      const before = (await decisionsOf(tx, documentId)).findLast(({ kind }) => kind === 'withdraw');
      if (revisionKind === 'withdrawn' && before !== undefined) return ok(before);
      return fail({ code: 'documentCountsNoMore', documentId, revisionKind });
    }
    const { canonical } = document;
    const revision = revisionOf(document, {
      canonical,
      revisionKind: 'withdrawn',
      repost: 'lines',
      traceparent,
    });
    await publishDecided(tx, this.parts, { revisions: [revision], identities: [] });
    const none = { otherDocumentId: null, conflictNo: null };
    const row = { kind: 'withdraw', documentId, revision: revision.revision, decidedBy: by, reason } as const;
    const decisionNo = await insertDecision(tx, { ...row, ...none });
    const stored = (await decisionsOf(tx, documentId)).find((one) => one.decisionNo === decisionNo);
    return ok(present(stored, 'the decision just stored'));
  }
}
