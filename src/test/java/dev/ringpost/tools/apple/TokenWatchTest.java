package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The announcement, by a worker, of the ends of tokens for Apple's data export. */
@Timeout(10)
class TokenWatchTest {

  private static final String PHONE = "com.example.phone";
  private static final String DESK = "com.example.desk";

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-30T10:00:00Z"));
  private final Map<String, DoubleSupplier> gauges = new HashMap<>();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @TempDir Path folder;
  private Path tokens;

  @BeforeEach
  void begin() throws IOException {
    tokens = Files.createDirectory(folder.resolve("apple"));
    logged.start();
    log().setLevel(Level.WARN);
    log().setAdditive(false);
    log().addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    log().detachAppender(logged);
    log().setAdditive(true);
    log().setLevel(null);
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger(TokenWatch.class);
  }

  @Test
  void anEndIsShownOnceTwoLooksHaveSeenIt() throws Exception {
    write(PHONE, "t0ken\n2027-05-01\n");
    TokenWatch watch = watch("token-folder: apple");

    watch.look();
    assertThat(gauges).isEmpty();
    watch.look();
    assertThat(gauges).containsOnlyKeys(PHONE);
    assertThat(daysLeft(PHONE)).isEqualTo(152);

    clock.advance(Duration.ofDays(152));
    assertThat(daysLeft(PHONE)).isZero();
    clock.advance(Duration.ofDays(1));
    assertThat(daysLeft(PHONE)).isEqualTo(-1);
    assertThat(logged.list).isEmpty();
  }

  @Test
  void aNewTokenCountsWithoutARestartButNoneThatIsHalfWritten() throws Exception {
    write(PHONE, "t0ken\n2026-12-12\n");
    TokenWatch watch = watch("token-folder: apple");
    lookTwice(watch);
    assertThat(daysLeft(PHONE)).isEqualTo(12);

    write(PHONE, "an0ther-t0ken");
    watch.look();
    assertThat(daysLeft(PHONE)).isEqualTo(12);
    write(PHONE, "an0ther-t0ken\n2027-05-01\n");
    watch.look();
    assertThat(daysLeft(PHONE)).isEqualTo(12);
    watch.look();
    assertThat(daysLeft(PHONE)).isEqualTo(152);
    assertThat(logged.list).hasSize(1);
  }

  @Test
  void anEndThatIsNearIsWarnedOfOnceADay() throws Exception {
    write(PHONE, "t0ken\n2026-12-30\n");
    TokenWatch watch = watch("token-folder: apple");
    lookTwice(watch);
    assertThat(logged.list).isEmpty();

    clock.advance(Duration.ofDays(1));
    lookTwice(watch);
    assertThat(logged.list).hasSize(1);
    assertThat(facts())
        .contains(
            "app=" + PHONE,
            "wrong=its token for Apple's data export ends in 29 days, on 2026-12-30");

    clock.advance(Duration.ofDays(1));
    lookTwice(watch);
    assertThat(logged.list).hasSize(2);

    clock.advance(Duration.ofDays(30));
    lookTwice(watch);
    assertThat(logged.list).hasSize(3);
    assertThat(facts()).contains("wrong=its token for Apple's data export ended on 2026-12-30");
    assertThat(facts().toString()).doesNotContain("t0ken");
  }

  @Test
  void aFileThatCannotBeUsedIsToldAtOnceAndNotShown() throws Exception {
    write(PHONE, "t0ken\n2026-12-12\n");
    write(DESK, "t0ken\n");
    TokenWatch watch = watch("token-folder: apple");
    lookTwice(watch);
    assertThat(logged.list).hasSize(2);
    assertThat(facts())
        .contains("wrong=when its token for Apple's data export ends is not written");
    assertThat(gauges).containsOnlyKeys(PHONE);

    write(PHONE, "two w0rds");
    lookTwice(watch);
    assertThat(logged.list).hasSize(3);
    assertThat(facts())
        .anyMatch(it -> it.startsWith("wrong=the file of its token for Apple's data export does"));
    assertThat(daysLeft(PHONE)).isNaN();
    assertThat(facts().toString()).doesNotContain("t0ken", "w0rds");
  }

  @Test
  void aFileMayComeLaterAndGo() throws Exception {
    TokenWatch watch = watch("token-folder: apple");
    lookTwice(watch);
    assertThat(gauges).isEmpty();

    write(DESK, "t0ken\n2027-05-01\n");
    lookTwice(watch);
    assertThat(gauges).containsOnlyKeys(DESK);
    assertThat(daysLeft(DESK)).isEqualTo(152);

    Files.delete(tokens.resolve(DESK));
    lookTwice(watch);
    assertThat(daysLeft(DESK)).isNaN();
    assertThat(logged.list).isEmpty();
  }

  /** Workers need not be where the tokens are. */
  @Test
  void whereNoFolderIsNothingIsSaid() throws Exception {
    assertThat(watch("").isIdle()).isTrue();
    TokenWatch watch = watch("token-folder: elsewhere");
    assertThat(watch.isIdle()).isFalse();
    lookTwice(watch);

    assertThat(gauges).isEmpty();
    assertThat(logged.list).isEmpty();
  }

  private TokenWatch watch(String metrics) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("ringpost.yaml"),
            """
            kafka: {bootstrap-servers: "kafka:9092"}
            apns: {delivery-metrics: {%s}}
            apps:
              - bundle-ids: [com.example.phone, com.example.desk]
                key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
            """
                .formatted(metrics));
    return TokenWatch.of(
        ConfigLoader.loadWithoutCredentials(file, Map.of()), clock, gauges::putIfAbsent);
  }

  private static void lookTwice(TokenWatch watch) {
    watch.look();
    watch.look();
  }

  private void write(String app, String text) throws IOException {
    Files.writeString(tokens.resolve(app), text);
  }

  private double daysLeft(String app) {
    return gauges.getOrDefault(app, () -> Double.MAX_VALUE).getAsDouble();
  }

  private List<String> facts() {
    return logged.list.stream()
        .flatMap(line -> line.getKeyValuePairs().stream())
        .map(fact -> fact.key + "=" + fact.value)
        .toList();
  }
}
