"""What a call server in Python tells Ringpost by Kafka, and is told. docs/events.md has all fields.

It uses confluent-kafka, which is librdkafka; Debian: apt install python3-confluent-kafka.
The test ForeignClientsDrill runs this very file.
"""

import hashlib
import json
import time
import uuid
from datetime import datetime, timezone

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

NAMESPACE = uuid.UUID("c0670d1d-0741-51bd-8a9c-e2cdeb89614c")
RESULTS = "call-push-results"

# librdkafka's own defaults wait 5 ms for more records, give up after five minutes, and partition unlike Java.
PRODUCER = {
    "acks": "all",
    "linger.ms": 0,
    "message.timeout.ms": 15000,
    "partitioner": "murmur2_random",
}


def uuid_of(call_id):
    """The UUID that CallKit sees: UUIDv5 of the Call-ID."""
    return str(uuid.uuid5(NAMESPACE, call_id))


def digest_of(token):
    """What Ringpost shows in place of a token."""
    plain = token.translate(str.maketrans("", "", "<> ")).lower()
    return hashlib.sha256(plain.encode("ascii")).hexdigest()[:12]


class CallServer:
    """For one thread; it reads all results from now on."""

    def __init__(self, brokers):
        self._producer = Producer({"bootstrap.servers": brokers, **PRODUCER})
        # No group is joined: partitions are assigned. librdkafka wants a name all the same.
        self._results = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "call-server",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 100,
            }
        )
        partitions = self._results.list_topics(RESULTS, 10).topics[RESULTS].partitions
        places = [TopicPartition(RESULTS, number) for number in partitions]
        for place in places:
            place.offset = self._results.get_watermark_offsets(place, 10)[1]
        self._results.assign(places)

    def close(self):
        self._results.close()

    def _send(self, topic, key, value):
        failures = []
        self._producer.produce(
            topic,
            json.dumps(value, ensure_ascii=False).encode("utf-8"),
            key.encode("utf-8"),
            on_delivery=lambda failure, _: failures.append(failure),
        )
        self._producer.flush()
        if failures != [None]:
            raise KafkaException(*failures)

    def register(self, user, device, token):
        self._send("voip-tokens", token_key(user, device), {**token, "registeredAt": now()})

    def remove(self, user, device):
        """A value and no tombstone: Kafka forgets tombstones."""
        self._send("voip-tokens", token_key(user, device), {"removed": True})

    def invite(self, invite, within=5.0):
        """The final verdict; None if none came in time."""
        until = time.monotonic() + within
        asked = (invite["callId"], invite["callee"])
        self._send("call-invites", invite["callee"], {**invite, "invitedAt": now()})
        while time.monotonic() < until:
            record = self._results.poll(0.1)
            if record is None or record.error():
                continue
            result = json.loads(record.value())
            # With results.callee: digest compare with the digest of the callee.
            if (result["callId"], result.get("callee")) == asked and result["final"]:
                return result
        return None

    def signal(self, call_id, kind, device=None):
        """kind: ringing (with the device), answered, declined, cancelled or ended"""
        signal = {"callId": call_id, "type": kind}
        if device is not None:
            signal["deviceId"] = device
        self._send("call-signals", call_id, signal)


def now():
    return datetime.now(timezone.utc).isoformat()


def token_key(user, device):
    return user + "/" + device.replace("/", "%2F")
