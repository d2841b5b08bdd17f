import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tables of the naive ledger: what one would write first. */

@Entity('naive_receipt')
export class NaiveReceipt {
  @PrimaryColumn('text')
  documentId = '';

  @Column('text')
  storeId = '';

  @Column('timestamptz')
  occurredAt = new Date(0);
}

@Entity('naive_movement')
export class NaiveMovement {
  @PrimaryColumn('text')
  movementId = '';

  @Column('text')
  storeId = '';

  @Column('text')
  productId = '';

  @Column('bigint')
  quantityMilli = 0;

  @Column('bigint')
  amountKopecks = 0;

  @Column('text')
  direction = '';
}

@Entity('naive_balance')
export class NaiveBalance {
  @PrimaryColumn('text')
  storeId = '';

  @PrimaryColumn('text')
  productId = '';

  @Column('bigint')
  quantityMilli = '0';
}
