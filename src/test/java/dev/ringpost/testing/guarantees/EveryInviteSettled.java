package dev.ringpost.testing.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Origin;
import dev.ringpost.events.HeaderName;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The guarantee that each readable invite record ends in a final verdict, each unreadable one in a
 * dead letter, and that results and dead letters say so as their schemas promise. To be asked when
 * there was time to settle all.
 */
public final class EveryInviteSettled implements Guarantee {

  /** Bound on the records that are held against a schema; each costs some microseconds. */
  private static final int HELD_AGAINST_THE_SCHEMA = 10_000;

  private static final EventSchema RESULT = EventSchema.of("result.json");
  private static final EventSchema DEAD_LETTER = EventSchema.of("dead-letter-headers.json");

  private final CallPlatform platform;
  private final Predicate<Origin> unread;

  public EveryInviteSettled(CallPlatform platform) {
    this(platform, _ -> false);
  }

  /**
   * @param unread whether an invite was removed by Kafka before any worker could read it
   */
  public EveryInviteSettled(CallPlatform platform, Predicate<Origin> unread) {
    this.platform = platform;
    this.unread = unread;
  }

  @Override
  public List<String> breaches() {
    Set<String> told =
        platform.results().stream()
            .filter(result -> result.path("final").asBoolean())
            .map(
                result ->
                    place(
                        result.at("/invite/topic").asText(),
                        result.at("/invite/partition").asText(),
                        result.at("/invite/offset").asText()))
            .collect(Collectors.toSet());
    Set<String> dead =
        platform.deadLetters().stream().map(EveryInviteSettled::origin).collect(Collectors.toSet());
    // Only the worker's own reader knows all that makes a record unreadable.
    Set<String> unreadable =
        platform.deadLetters().stream()
            .filter(record -> header(record, "ringpost-stage").equals("decode"))
            .map(EveryInviteSettled::origin)
            .collect(Collectors.toSet());
    List<String> breaches = new ArrayList<>(breachesOfTheSchemas());
    platform
        .invited()
        .forEach(
            (origin, value) -> {
              if (unread.test(origin)) {
                return;
              }
              String place =
                  place(
                      origin.topic(),
                      Integer.toString(origin.partition()),
                      Long.toString(origin.offset()));
              if (readable(value) && !told.contains(place) && !unreadable.contains(place)) {
                breaches.add(place + " has no final verdict");
              }
              if (!readable(value) && !dead.contains(place)) {
                breaches.add(place + " cannot be read and has no dead letter");
              }
            });
    return breaches;
  }

  private List<String> breachesOfTheSchemas() {
    return Stream.concat(
            platform.results().stream()
                .limit(HELD_AGAINST_THE_SCHEMA)
                .map(JsonNode::toString)
                .flatMap(result -> breaches(RESULT, result)),
            platform.deadLetters().stream()
                .limit(HELD_AGAINST_THE_SCHEMA)
                .map(EveryInviteSettled::headers)
                .flatMap(headers -> breaches(DEAD_LETTER, headers)))
        .toList();
  }

  private static Stream<String> breaches(EventSchema schema, String json) {
    return schema.flaws(json).stream().map(flaw -> flaw + " of " + json);
  }

  /** Ringpost's own headers, as one object. */
  private static String headers(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (Header header : record.headers()) {
      if (header.key().startsWith(HeaderName.PREFIX)) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return headers.toString();
  }

  private static boolean readable(String value) {
    try {
      var json = CallPlatform.json(value);
      // A CloudEvent carries its invite inside.
      return json.hasNonNull("callId") || json.hasNonNull("specversion");
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static String origin(ConsumerRecord<byte[], byte[]> record) {
    return place(
        header(record, "ringpost-origin-topic"),
        header(record, "ringpost-origin-partition"),
        header(record, "ringpost-origin-offset"));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String key) {
    Header header = record.headers().lastHeader(key);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String place(String topic, String partition, String offset) {
    return topic + "-" + partition + "@" + offset;
  }
}
