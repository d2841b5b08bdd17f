import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload, Transport } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { NaiveBalance, NaiveMovement, NaiveReceipt } from './entities';

/**
 * The naive way, as a process of its own: Nest's own Kafka transport, one message at a time, TypeORM `save` for each
 * row, a transaction for each receipt. A baseline of the benchmarks, nothing else uses it.
 */

interface NaiveLine {
  readonly lineNo: number;
  readonly productId: string;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly stockEffect: string;
}

interface NaiveEvent {
  readonly documentId: string;
  readonly storeId: string;
  readonly occurredAt: string;
  readonly lines: readonly NaiveLine[];
}

const DATA_SOURCE = Symbol('naive data source');

@Controller()
class NaiveController {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  @EventPattern('retail.sales.receipts.v1')
  async receipt(@Payload() event: NaiveEvent, @Ctx() _context: unknown): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const receipts = manager.getRepository(NaiveReceipt);
      if ((await receipts.findOneBy({ documentId: event.documentId })) !== null) return;
      const { documentId, storeId } = event;
      await receipts.save({ documentId, storeId, occurredAt: new Date(event.occurredAt) });
      const balances = manager.getRepository(NaiveBalance);
      for (const line of event.lines) {
        const { productId, quantityMilli, amountKopecks, stockEffect } = line;
        const movementId = `${documentId}/${String(line.lineNo)}`;
        await manager
          .getRepository(NaiveMovement)
          .save({ movementId, storeId, productId, quantityMilli, amountKopecks, direction: stockEffect });
        const before = await balances.findOneBy({ storeId, productId });
        const change = stockEffect === 'in' ? quantityMilli : -quantityMilli;
        const balance = BigInt(before?.quantityMilli ?? '0') + BigInt(change);
        await balances.save({ storeId, productId, quantityMilli: String(balance) });
      }
    });
  }
}

async function main(): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: process.env['STOCK_DATABASE_URL'] ?? '',
    schema: 'stock',
    entities: [NaiveReceipt, NaiveMovement, NaiveBalance],
    synchronize: true,
  }).initialize();

  class NaiveModule {}
  Module({ controllers: [NaiveController], providers: [{ provide: DATA_SOURCE, useValue: dataSource }] })(
    NaiveModule,
  );

  const app = await NestFactory.createMicroservice(NaiveModule, {
    logger: false,
    transport: Transport.KAFKA,
    options: {
      client: { brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','), clientId: 'naive' },
      consumer: { groupId: 'naive', allowAutoTopicCreation: false },
      subscribe: { fromBeginning: true },
    },
  });
  await app.listen();
}

void main();
