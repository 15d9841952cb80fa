package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.apple.AppleReport;
import dev.ringpost.tools.apple.AppleReport.End;
import dev.ringpost.tools.apple.Days;
import dev.ringpost.tools.apple.LocalDataExport;
import dev.ringpost.tools.records.TopicReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Apple's counts beside those of a worker, a day later. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppleIT {

  private static final String TOKEN = "data-export-s3cret";

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void whatTheWorkerHadAcceptedStandsBesideWhatAppleCounts(@TempDir Path tokens) throws Exception {
    var alice = new UserId("alice");
    var rings = environment.phone("iphone-1");
    var gone = environment.phone("iphone-2");
    environment.give(alice, rings, gone);
    environment.production().answer(gone.token(), Behaviour.rejects(400, "BadTopic"));
    for (int call = 0; call < 3; call++) {
      assertThat(environment.call(alice).path("devices")).hasSize(2);
    }
    long accepted = environment.production().answeredWith(200);
    assertThat(environment.production().received()).isGreaterThan(accepted);
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    String app = rings.app().value();
    Files.writeString(tokens.resolve(app), TOKEN + "\n2099-01-01\n");

    try (var apple = export(tomorrow, app)) {
      AppleReport report = report(apple, tokens, tomorrow);

      assertThat(report.end()).as(report.json()).isEqualTo(End.WHOLE);
      JsonNode json = CallPlatform.json(report.json());
      assertThat(json.at("/apps/0/rows/0/count").asInt()).isEqualTo(1200);
      assertThat(json.at("/apps/0/accepted").findValuesAsText("known")).containsOnly("all");
      assertThat(accepted(json)).isEqualTo(accepted);

      deleteResults();
      JsonNode later = CallPlatform.json(report(apple, tokens, tomorrow).json());
      assertThat(later.has("resultsHeldSince")).isTrue();
      assertThat(later.at("/apps/0/accepted").findValuesAsText("known")).doesNotContain("all");
      assertThat(accepted(later)).isZero();
    }
  }

  private static long accepted(JsonNode json) {
    var sum = new LongAdder();
    json.at("/apps/0/accepted").forEach(day -> sum.add(day.path("count").asLong()));
    return sum.sum();
  }

  private static LocalDataExport export(Instant now, String app) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return LocalDataExport.start("TEAMTEAM01", today)
        .app(
            app,
            TOKEN,
            "Push Type,Status,Date (UTC),Count\nvoip,Delivered," + today.minusDays(1) + ",1200\n");
  }

  private AppleReport report(LocalDataExport apple, Path tokens, Instant now) throws Exception {
    RingpostConfig config =
        ConfigLoader.loadWithoutCredentials(
            environment.config(),
            Map.of(
                "RINGPOST_APNS_DELIVERY_METRICS_TOKEN_FOLDER",
                tokens.toString(),
                "RINGPOST_APNS_DELIVERY_METRICS_URL",
                apple.url()));
    return AppleReport.read(config, Days.before(now, 2), Duration.ofSeconds(30), now, (_, _) -> {});
  }

  /** As retention does it, but at once. */
  private void deleteResults() throws Exception {
    RingpostConfig config = ConfigLoader.loadWithoutApple(environment.config(), Map.of());
    String topic = config.topics().results();
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        var reader = new TopicReader(config.kafka().clientProperties())) {
      for (int partition = 0; partition < reader.partitions(topic); partition++) {
        admin
            .deleteRecords(
                Map.of(
                    new TopicPartition(topic, partition),
                    RecordsToDelete.beforeOffset(reader.end(topic, partition))))
            .all()
            .get();
      }
    }
  }
}
