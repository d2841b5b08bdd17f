import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const UNAUTHENTICATED = 401;

/**
 * Bounds open connections. Over the bound the oldest connection that has no request in hand makes room, first one
 * that never had a request which was let in: whoever opens thousands and says nothing does not keep others out.
 */
export class ConnectionBound {
  /** In the order of their arrival. */
  private readonly silent = new Set<Socket>();
  /** Between requests, in the order of their last one. */
  private readonly resting = new Set<Socket>();
  private readonly busy = new Map<Socket, number>();

  constructor(
    private readonly connectionsMax: number,
    private readonly onEvicted: () => void,
  ) {}

  attach(server: FastifyInstance): void {
    const listener: Server = server.server;
    listener.on('connection', (socket) => {
      this.admit(socket);
    });
    server.addHook('onRequest', (request, reply, done) => {
      const { socket } = request.raw;
      this.begin(socket);
      reply.raw.once('close', () => {
        this.end(socket, reply.statusCode !== UNAUTHENTICATED);
      });
      done();
    });
  }

  private admit(socket: Socket): void {
    if (this.silent.size + this.resting.size + this.busy.size >= this.connectionsMax) this.makeRoom(socket);
    if (socket.destroyed) return;
    this.silent.add(socket);
    socket.once('close', () => {
      this.silent.delete(socket);
      this.resting.delete(socket);
      this.busy.delete(socket);
    });
  }

  private makeRoom(newcomer: Socket): void {
    const [oldest = newcomer] = this.silent.size > 0 ? this.silent : this.resting;
    this.silent.delete(oldest);
    this.resting.delete(oldest);
    oldest.destroy();
    this.onEvicted();
  }

  private begin(socket: Socket): void {
    this.silent.delete(socket);
    this.resting.delete(socket);
    this.busy.set(socket, (this.busy.get(socket) ?? 0) + 1);
  }

  private end(socket: Socket, known: boolean): void {
    const left = (this.busy.get(socket) ?? 0) - 1;
    if (left > 0) this.busy.set(socket, left);
    else if (this.busy.delete(socket) && !socket.destroyed) (known ? this.resting : this.silent).add(socket);
  }
}
