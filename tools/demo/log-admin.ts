import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';

export function adminOf(brokers: readonly string[]): KafkajsAdmin {
  return new KafkajsAdmin(new KafkaConnection({ brokers, clientId: 'potok-demo' }));
}
