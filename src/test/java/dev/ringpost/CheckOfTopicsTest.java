package dev.ringpost;

import static dev.ringpost.CheckFixture.TOKEN;
import static dev.ringpost.CheckFixture.found;
import static dev.ringpost.CheckFixture.line;
import static dev.ringpost.CheckFixture.registration;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.testing.TopicVariables;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a check about topics and the records on them, well and otherwise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckOfTopicsTest {

  private CheckFixture fixture;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    fixture = new CheckFixture(folder);
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @Test
  void missingTopicsFailWhereNobodyMakesThem() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("missing.");
    names.put("RINGPOST_TOPICS_CREATE", "false");

    CheckReport report = fixture.examine(names);

    assertThat(line(report, "topic", "missing.TOKENS"))
        .returns(Severity.FAILED, CheckLine::severity)
        .returns("does not exist", CheckLine::found)
        .satisfies(line -> assertThat(line.fix()).startsWith("kafka-topics.sh --bootstrap-server"));
    assertThat(report.lines()).noneMatch(line -> line.check().equals("view"));
    assertThat(report.severity()).isEqualTo(Severity.FAILED);
    assertThat(fixture.topics(names, false).severity()).isEqualTo(Severity.FAILED);
  }

  @Test
  void whatCannotBeMadeFails() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("wide.");
    names.put("RINGPOST_TOPICS_REPLICATION_FACTOR", "3");

    assertThat(line(fixture.examine(names), "topic", "wide.INVITES"))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.fix()).startsWith("set topics.replication-factor"));
  }

  @Test
  void topicsAreMadeOnceAndThenFound() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("made.");
    names.put("RINGPOST_TOPICS_CREATE", "false");

    CheckReport made = fixture.topics(names, true);
    CheckReport again = fixture.topics(names, true);

    assertThat(made.severity()).isEqualTo(Severity.OK);
    assertThat(found(made, "topic", "made.INVITES")).isEqualTo("created, with 6 partitions");
    assertThat(found(again, "topic", "made.INVITES")).startsWith("6 partitions, 1 replica");
  }

  @Test
  void aTopicThatIsSetOtherwiseIsAWarning() throws Exception {
    NewTopic topic = new NewTopic("odd.INVITES", Optional.of(1), Optional.of((short) 1));
    fixture.create(topic);

    assertThat(line(fixture.examine(TopicVariables.prefixed("odd.")), "topic", "odd.INVITES"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("message.timestamp.type"));
  }

  @Test
  void recordsOfNoUseAndNoRecordsAreWarnings() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("spoiled.");
    assertThat(fixture.topics(names, true).severity()).isEqualTo(Severity.OK);
    CheckLine empty = line(fixture.examine(names), "view", "spoiled.TOKENS");
    fixture.publish("spoiled.TOKENS", "bob/iphone", "{\"token\": \"hunter2\"}");
    fixture.publish("spoiled.TOKENS", "bob", registration("0123456789abcdef".repeat(4)));
    CheckLine spoiled = line(fixture.examine(names), "view", "spoiled.TOKENS");

    assertThat(empty)
        .returns(Severity.WARNING, CheckLine::severity)
        .returns("0 records read: no phone is registered, so none can ring", CheckLine::found);
    assertThat(spoiled).returns(Severity.WARNING, CheckLine::severity);
    assertThat(spoiled.found())
        .startsWith("2 records read, 2 of them unusable (invalid_field 1, invalid_key 1)")
        .contains("partition", "offset")
        .doesNotContain("hunter2", "bob");
  }

  @Test
  void aKeyOnTwoPartitionsIsAWarning() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("stray.");
    assertThat(fixture.topics(names, true).severity()).isEqualTo(Severity.OK);
    for (int partition : List.of(0, 1)) {
      fixture.publish(
          new ProducerRecord<>("stray.TOKENS", partition, "bob/iphone", registration(TOKEN)));
    }
    fixture.publish("stray.TOKENS", "carol/iphone", registration("fedcba9876543210".repeat(4)));

    assertThat(line(fixture.examine(names), "view", "stray.TOKENS"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(
            line ->
                assertThat(line.found())
                    .startsWith(
                        "3 records read, 1.5 per registered device; 1 key stands on more"
                            + " than one partition"));
  }

  @Test
  void recordsPerRegisteredDeviceAreTold() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("dense.");
    assertThat(fixture.topics(names, true).severity()).isEqualTo(Severity.OK);
    for (String key : List.of("bob/iphone", "carol/iphone", "bob/iphone", "bob/iphone")) {
      fixture.publish("dense.TOKENS", key, registration(TOKEN));
    }
    fixture.publish("dense.TOKENS", "carol/iphone", "{\"removed\": true}");

    assertThat(line(fixture.examine(names), "view", "dense.TOKENS"))
        .returns(Severity.OK, CheckLine::severity)
        .returns("5 records read, 5.0 per registered device, all valid", CheckLine::found);
  }

  @Test
  void recordsThatAreGoneBeforeACallIsOverAreAWarning() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("short.");
    for (String topic : List.of("short.SIGNALS", "short.RETRY-1")) {
      var wanted = new NewTopic(topic, Optional.of(1), Optional.of((short) 1));
      fixture.create(wanted.configs(Map.of("retention.ms", "1000")));
    }
    CheckReport report = fixture.examine(names);

    for (String topic : List.of("short.SIGNALS", "short.RETRY-1")) {
      assertThat(line(report, "topic", topic))
          .returns(Severity.WARNING, CheckLine::severity)
          .satisfies(line -> assertThat(line.found()).contains("retention.ms=1000"));
    }
  }
}
