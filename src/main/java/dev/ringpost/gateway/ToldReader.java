package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.CallId;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The reader of results. Safe for many threads. */
final class ToldReader {

  private static final ObjectReader JSON = new JsonMapper().reader();

  private final String invitesTopic;

  /**
   * @param invitesTopic where invites stand: retries are told under the place of their invite too
   */
  ToldReader(String invitesTopic) {
    this.invitesTopic = invitesTopic;
  }

  /**
   * A result, in whatever format; empty for what is none, and for one of an invite on another
   * topic.
   */
  Optional<Told> read(ConsumerRecord<byte[], byte[]> record) {
    byte[] stored = record.value();
    if (stored == null) {
      return Optional.empty();
    }
    byte[] value = CloudEvent.plain(stored, ContentMode.of(record.headers()));
    try {
      JsonNode json = JSON.readTree(value);
      JsonNode invite = json.path("invite");
      if (!invite.path("topic").asText().equals(invitesTopic)
          || !invite.path("offset").isIntegralNumber()) {
        return Optional.empty();
      }
      return Optional.of(
          new Told(
              new CallId(json.path("callId").asText()),
              json.path("callee").asText(),
              new Told.Place(invite.path("partition").asInt(), invite.path("offset").asLong()),
              json.path("final").asBoolean(),
              json.path("verdict").asText(),
              new String(value, UTF_8)));
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
