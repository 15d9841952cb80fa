// What a call server in Node tells Ringpost by Kafka, and is told. docs/events.md has all fields.
// The test ForeignClientsDrill runs this very file.
import { createHash, randomUUID } from 'node:crypto';
import { Kafka, Partitioners, logLevel } from 'kafkajs';

const RESULTS = 'call-push-results';
const NAMESPACE = Buffer.from('c0670d1d074151bd8a9ce2cdeb89614c', 'hex');

/** The UUID that CallKit sees: UUIDv5 of the Call-ID. */
export function uuidOf(callId) {
  const hash = createHash('sha1').update(NAMESPACE).update(callId, 'utf8').digest().subarray(0, 16);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What Ringpost shows in place of a token. */
export function digestOf(token) {
  return createHash('sha256').update(token.replace(/[<> ]/g, '').toLowerCase()).digest('hex').slice(0, 12);
}

export class CallServer {
  #kafka;
  #producer;
  #results;
  #waiting = new Map();

  /** @param brokers such as 'kafka-1:9092,kafka-2:9092' */
  constructor(brokers) {
    this.#kafka = new Kafka({
      clientId: 'call-server',
      brokers: brokers.split(','),
      logLevel: logLevel.ERROR,
      // A call rings for half a minute: whether Kafka has it must be known long before.
      requestTimeout: 4000,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 3 },
    });
    // Java's partitioner, for voip-tokens: all who write that topic use one. kafkajs 1 had another default.
    this.#producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
  }

  /** Connects. Each process reads all results, so its group is its own. */
  async open() {
    await this.#producer.connect();
    const admin = this.#kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(RESULTS);
    await admin.disconnect();
    this.#results = this.#kafka.consumer({ groupId: `call-server-${randomUUID()}` });
    await this.#results.connect();
    await this.#results.subscribe({ topic: RESULTS });
    await this.#results.run({ eachMessage: async ({ message }) => this.#told(JSON.parse(message.value)) });
    for (const { partition, high } of ends) {
      this.#results.seek({ topic: RESULTS, partition, offset: high });
    }
  }

  async close() {
    await this.#results?.disconnect();
    await this.#producer.disconnect();
  }

  /** acks -1 is all. kafkajs sends at once; there is no linger to set to 0. */
  async #send(topic, key, value) {
    await this.#producer.send({ topic, acks: -1, messages: [{ key, value: JSON.stringify(value) }] });
  }

  register(user, device, token) {
    return this.#send('voip-tokens', tokenKey(user, device), { ...token, registeredAt: new Date() });
  }

  /** A value and no tombstone: Kafka forgets tombstones. */
  remove(user, device) {
    return this.#send('voip-tokens', tokenKey(user, device), { removed: true });
  }

  /** Resolves with the final verdict; undefined if none came in time. */
  async invite(invite, withinMillis = 5000) {
    const asked = callKey(invite);
    const verdict = new Promise((resolve) => {
      this.#waiting.set(asked, resolve);
      setTimeout(resolve, withinMillis).unref();
    });
    try {
      await this.#send('call-invites', invite.callee, { ...invite, invitedAt: new Date() });
      return await verdict;
    } finally {
      this.#waiting.delete(asked);
    }
  }

  /** @param type ringing (with the device), answered, declined, cancelled or ended */
  signal(callId, type, deviceId) {
    return this.#send('call-signals', callId, { callId, type, deviceId });
  }

  #told(result) {
    if (result.final) {
      this.#waiting.get(callKey(result))?.(result);
    }
  }
}

/** With results.callee: digest put the digest of the callee here. */
function callKey({ callId, callee }) {
  return JSON.stringify([callId, callee]);
}

function tokenKey(user, device) {
  return `${user}/${device.replaceAll('/', '%2F')}`;
}
