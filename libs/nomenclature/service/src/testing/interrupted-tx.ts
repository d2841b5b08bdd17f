import type { Tx } from '@potok/platform-postgres/tx';

/** What happens elsewhere, once, before or after the first statement of a transaction that holds this text. */
export interface Interruption {
  readonly when: 'before' | 'after';
  readonly statement: string;
  readonly happens: () => Promise<void>;
}

/** The transaction as it is, but that something happens in the middle of it: interleavings that traffic seldom meets. */
export function interrupted(tx: Tx, { when, statement, happens }: Interruption): Tx {
  let waits = true;
  const interrupt = async (sql: string, moment: Interruption['when']) => {
    if (!waits || moment !== when || !sql.includes(statement)) return;
    waits = false;
    await happens();
  };
  return {
    query: async <R extends object>(sql: string, parameters?: readonly unknown[]) => {
      await interrupt(sql, 'before');
      const answer = await tx.query<R>(sql, parameters);
      await interrupt(sql, 'after');
      return answer;
    },
    copyBinary: (target, rows) => tx.copyBinary(target, rows),
    copyOut: (query, onRow) => tx.copyOut(query, onRow),
    savepoint: (body) => tx.savepoint(body),
    afterCommit: (action) => {
      tx.afterCommit(action);
    },
  };
}
