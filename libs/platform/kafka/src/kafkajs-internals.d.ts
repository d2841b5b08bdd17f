/**
 * The parts of kafkajs 2.2.4 below its public interface that this library uses: connections, authentication,
 * metadata. kafkajs is pinned to that version and frozen; the conformance specs of this folder guard an upgrade.
 */
declare module 'kafkajs/src/protocol/encoder' {
  class Encoder {
    constructor(initialSize?: number);
    writeBuffer(bytes: Buffer): this;
    readonly buffer: Buffer;
  }
  export = Encoder;
}

declare module 'kafkajs/src/loggers' {
  import type { Logger, logCreator, logLevel } from 'kafkajs';
  export function createLogger(options: { level: logLevel; logCreator: logCreator }): Logger;
}

declare module 'kafkajs/src/cluster' {
  import type { ISocketFactory, Logger, PartitionMetadata, RetryOptions, SASLOptions } from 'kafkajs';
  import type { ConnectionOptions } from 'node:tls';
  import type Encoder from 'kafkajs/src/protocol/encoder';

  namespace Cluster {
    interface ProtocolCall<Response> {
      readonly request: {
        readonly apiKey: number;
        readonly apiVersion: number;
        readonly apiName: string;
        encode(): Promise<Encoder>;
      };
      readonly response: {
        decode(bytes: Buffer): Promise<Response>;
        parse(response: Response): Promise<Response>;
      };
      readonly requestTimeout?: number;
      readonly logResponseError?: boolean;
    }

    interface Broker {
      readonly nodeId: number;
      readonly connectionPool: {
        readonly host: string;
        readonly port: number;
        send<Response>(call: ProtocolCall<Response>): Promise<Response>;
      };
      leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown>;
      disconnect(): Promise<void>;
    }

    interface ClusterOptions {
      readonly logger: Logger;
      readonly socketFactory: ISocketFactory;
      readonly brokers: string[];
      readonly ssl?: ConnectionOptions | boolean;
      readonly sasl?: SASLOptions;
      readonly clientId: string;
      readonly connectionTimeout: number;
      readonly authenticationTimeout: number;
      readonly reauthenticationThreshold: number;
      readonly requestTimeout: number;
      readonly enforceRequestTimeout: boolean;
      readonly metadataMaxAge: number;
      readonly retry: RetryOptions;
      readonly allowAutoTopicCreation: boolean;
      readonly isolationLevel: number;
    }

    interface PartitionOffsets {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }
  }

  class Cluster {
    constructor(options: Cluster.ClusterOptions);
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    isConnected(): boolean;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    removeBroker(address: { host: string; port: number }): void;
    findTopicPartitionMetadata(topic: string): PartitionMetadata[];
    findBroker(node: { nodeId: string | number }): Promise<Cluster.Broker>;
    findControllerBroker(): Promise<Cluster.Broker>;
    findGroupCoordinator(group: { groupId: string }): Promise<Cluster.Broker>;
    fetchTopicsOffset(
      topics: readonly {
        topic: string;
        partitions: readonly { partition: number }[];
        fromBeginning: boolean;
      }[],
    ): Promise<Cluster.PartitionOffsets[]>;
  }
  export = Cluster;
}

declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    readonly pending: readonly unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  export = RequestQueue;
}
