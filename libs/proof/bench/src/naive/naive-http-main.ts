import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

/**
 * The naive way to take documents in, as a process of its own: Nest on Express, one document a request, saved by
 * TypeORM. A baseline of the benchmarks, nothing else uses it.
 */

@Entity('naive_document')
class NaiveDocument {
  @PrimaryColumn('text')
  identity = '';

  @Column('jsonb')
  body: object = {};
}

interface NaiveBody {
  readonly identities: readonly {
    readonly scheme: string;
    readonly series: string;
    readonly number?: number;
  }[];
}

const DATA_SOURCE = Symbol('naive data source');

@Controller('documents')
class NaiveController {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  @Post()
  @HttpCode(200)
  async send(@Body() body: NaiveBody): Promise<{ accepted: number }> {
    const [first] = body.identities;
    const identity = `${first?.scheme ?? ''}/${first?.series ?? ''}/${String(first?.number)}`;
    await this.dataSource.getRepository(NaiveDocument).save({ identity, body });
    return { accepted: 1 };
  }
}

async function main(): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: process.env['INGESTION_DATABASE_URL'] ?? '',
    schema: 'ingestion',
    entities: [NaiveDocument],
    synchronize: true,
  }).initialize();

  class NaiveModule {}
  Module({ controllers: [NaiveController], providers: [{ provide: DATA_SOURCE, useValue: dataSource }] })(
    NaiveModule,
  );
  const app = await NestFactory.create(NaiveModule, { logger: false });
  await app.listen(Number(process.env['HTTP_PORT']), '127.0.0.1');
}

void main();
