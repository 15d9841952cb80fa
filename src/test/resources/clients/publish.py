"""Publishes what it reads from standard input, one record a line, as librdkafka sends it by default."""

import base64
import json
import sys

from confluent_kafka import Producer


def content(text):
    return None if text is None else base64.b64decode(text)


producers = {}
for line in sys.stdin:
    record = json.loads(line)
    compression = record["compression"]
    if compression not in producers:
        producers[compression] = Producer(
            {"bootstrap.servers": sys.argv[1], "acks": "all", "linger.ms": 0, "compression.type": compression}
        )
    producer = producers[compression]
    failures = []
    producer.produce(
        record["topic"],
        content(record["value"]),
        content(record["key"]),
        headers=[(name, content(value)) for name, value in record["headers"]],
        on_delivery=lambda failure, _: failures.append(failure),
    )
    producer.flush()
    if failures != [None]:
        sys.exit("not stored: %s" % failures)
