import { Controller, Get, Inject, Res } from '@nestjs/common';
import { documentView } from '@potok/ingestion-contracts/ingestion-http';
import type { DocumentView } from '@potok/ingestion-contracts/ingestion-http';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { declareProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodParams } from '@potok/platform-http/zod-input';
import { documentId } from '@potok/retail/fields';
import { z } from 'zod';
import { INGESTION_ARCHIVE, INGESTION_DOCUMENTS } from '../ingestion-tokens';
import type { ArchivedBytesQuery } from '../restore-archive/archived-bytes.query';
import type { DocumentQuery } from './document.query';

export const documentProblems = declareProblems({
  documentUnknown: {
    status: 404,
    title: 'There is no such document',
    remedy: 'Look for it by its series and number; a document in quarantine has no id yet.',
  },
  bytesErased: {
    status: 410,
    title: 'The bytes are gone',
    remedy: 'A person whom they mention was erased; the canonical document stays.',
  },
});

const documentPath = z.object({ documentId });
const observationPath = z.object({ documentId, observationNo: queryInteger(1, 1_000_000) });

interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('v1/ingestion/documents/:documentId')
export class DocumentsController {
  constructor(
    @Inject(INGESTION_DOCUMENTS) private readonly documents: DocumentQuery,
    @Inject(INGESTION_ARCHIVE) private readonly archive: ArchivedBytesQuery,
  ) {}

  @Get()
  @Scopes('documents:read')
  @Answers({ status: 200, description: 'The latest revision and what was seen of it', schema: documentView })
  @AnswersProblems(documentProblems.documentUnknown)
  async show(@ZodParams(documentPath) path: z.output<typeof documentPath>): Promise<DocumentView> {
    const view = await this.documents.byId(path.documentId);
    if (view === null) throw new ProblemError(documentProblems.documentUnknown);
    return view;
  }

  /** Personal data included. */
  @Get('observations/:observationNo/bytes')
  @Scopes('archive:read')
  @Answers({ status: 200, description: 'As received, byte by byte', mediaType: 'application/octet-stream' })
  @AnswersProblems(documentProblems.documentUnknown, documentProblems.bytesErased)
  async bytes(
    @ZodParams(observationPath) path: z.output<typeof observationPath>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<Buffer> {
    const archived = await this.archive.bytesOf(path.documentId, path.observationNo);
    if (archived.kind === 'unknown') throw new ProblemError(documentProblems.documentUnknown);
    if (archived.kind === 'erased') throw new ProblemError(documentProblems.bytesErased);
    reply.header('content-type', 'application/octet-stream');
    return archived.bytes;
  }
}
