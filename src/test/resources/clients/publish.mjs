// Publishes what it reads from standard input, one record a line, as kafkajs would send it.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { CompressionTypes, Kafka, Partitioners, logLevel } = createRequire(`${process.cwd()}/`)('kafkajs');

const kafka = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.ERROR });
// The one that kafkajs 1 used by default.
const producer = kafka.producer({ createPartitioner: Partitioners.LegacyPartitioner });
const bytes = (text) => (text === null ? null : Buffer.from(text, 'base64'));

await producer.connect();
for await (const line of createInterface({ input: process.stdin })) {
  const { topic, key, value, headers, compression } = JSON.parse(line);
  const message = { key: bytes(key), value: bytes(value), headers: {} };
  for (const [name, content] of headers) {
    (message.headers[name] ??= []).push(bytes(content));
  }
  const compressed = compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None;
  await producer.send({ topic, acks: -1, compression: compressed, messages: [message] });
}
await producer.disconnect();
