package dev.ringpost.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The results and dead letters that a platform has read. One thread adds, any number ask. */
final class ToldResults {

  private static final Set<String> SECOND_VERDICTS = Set.of("rang", "silent");

  private final Queue<JsonNode> results = new ConcurrentLinkedQueue<>();

  /** Without it, to ask for each of many invites takes minutes. */
  private final Map<String, Queue<JsonNode>> resultsOf = new ConcurrentHashMap<>();

  private final Queue<String> spilled = new ConcurrentLinkedQueue<>();
  private final Queue<JsonNode> secondVerdicts = new ConcurrentLinkedQueue<>();
  private final Queue<ConsumerRecord<byte[], byte[]>> resultRecords = new ConcurrentLinkedQueue<>();
  private final Queue<ConsumerRecord<byte[], byte[]>> deadLetters = new ConcurrentLinkedQueue<>();

  void add(ConsumerRecord<byte[], byte[]> record) {
    for (Header header : record.headers()) {
      if (header.key().startsWith("ringpost-")) {
        spilled(header.key(), header.value());
      }
    }
    if (!record.topic().equals(CallPlatform.RESULTS)) {
      deadLetters.add(record); // Its value is the call server's own.
      return;
    }
    spilled("a result", record.value());
    JsonNode result = CallPlatform.json(record);
    if (SECOND_VERDICTS.contains(result.path("verdict").asText())) {
      secondVerdicts.add(result);
      return;
    }
    resultRecords.add(record);
    resultsOf.computeIfAbsent(invite(result), _ -> new ConcurrentLinkedQueue<>()).add(result);
    results.add(result);
  }

  private void spilled(String place, byte[] text) {
    SecretShapes.in(new String(text, StandardCharsets.UTF_8))
        .ifPresent(found -> spilled.add(place + " holds " + found));
  }

  /** Secrets in results and in headers of ours: there must be none. */
  List<String> spilled() {
    return List.copyOf(spilled);
  }

  List<JsonNode> results() {
    return List.copyOf(results);
  }

  List<JsonNode> results(Origin origin) {
    Queue<JsonNode> own = resultsOf.get(origin.toString());
    return own == null ? List.of() : List.copyOf(own);
  }

  List<JsonNode> secondVerdicts() {
    return List.copyOf(secondVerdicts);
  }

  List<String> doubledSecondVerdicts() {
    Set<String> seen = new HashSet<>();
    return secondVerdicts.stream()
        .map(ToldResults::invite)
        .filter(place -> !seen.add(place))
        .toList();
  }

  List<ConsumerRecord<byte[], byte[]>> resultRecords() {
    return List.copyOf(resultRecords);
  }

  List<ConsumerRecord<byte[], byte[]>> resultRecords(Origin origin) {
    return resultRecords.stream()
        .filter(record -> invite(CallPlatform.json(record)).equals(origin.toString()))
        .toList();
  }

  List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return List.copyOf(deadLetters);
  }

  /** The place of the invite that a result names, as {@link Origin} prints it. */
  private static String invite(JsonNode result) {
    return "%s-%s@%s"
        .formatted(
            result.at("/invite/topic").asText(),
            result.at("/invite/partition").asText(),
            result.at("/invite/offset").asText());
  }
}
