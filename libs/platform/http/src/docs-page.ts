import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from './openapi';

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Potok API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true });\n";

/** `/openapi.json`, and `/docs` that shows it; everything is served from here, nothing from elsewhere. */
export function registerDocsRoutes(server: FastifyInstance, document: OpenApiDocument): void {
  const text = JSON.stringify(document);
  server.get('/openapi.json', (_request, reply) =>
    reply.header('content-type', 'application/json').send(text),
  );
  server.get('/docs', (_request, reply) =>
    reply.header('content-type', 'text/html; charset=utf-8').send(PAGE),
  );
  server.get('/docs/start.js', (_request, reply) =>
    reply.header('content-type', 'text/javascript').send(START),
  );
  const folder = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const [name, mediaType] of Object.entries(ASSETS)) {
    server.get(`/docs/${name}`, async (_request, reply) => {
      const asset = await fs.readFile(path.join(folder, name));
      return reply.header('content-type', mediaType).header('cache-control', 'max-age=3600').send(asset);
    });
  }
}
