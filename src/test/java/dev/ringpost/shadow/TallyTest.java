package dev.ringpost.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.shadow.Judgement.Fate;
import dev.ringpost.shadow.Judgement.Target;
import dev.ringpost.telemetry.ShadowMeters;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(20)
class TallyTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanoTime = new AtomicLong();
  private final Tally tally = new Tally(new ShadowMeters(new Telemetry(registry)), nanoTime::get);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
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
    return (Logger) LoggerFactory.getLogger(Tally.class);
  }

  @Test
  void everyOutcomeCountsAndOnlyDisagreementsAreLogged() {
    for (Outcome outcome : Outcome.values()) {
      tell(outcome);
    }

    for (Outcome outcome : Outcome.values()) {
      assertThat(
              registry
                  .get("ringpost.shadow.invites")
                  .tag("outcome", outcome.word())
                  .counter()
                  .count())
          .isEqualTo(1);
    }
    assertThat(logged.list).hasSize(6);
    assertThat(tally.summary())
        .isEqualTo(
            "invites: 10, disagreements: 6; agreed 1, explained 1, deadline 1, route 1, devices 1,"
                + " verdict 1, live_missing 1, shadow_missing 1, untold 1, forgotten 1");
  }

  @Test
  void aFloodOfDisagreementsWritesFewLinesAndSaysHowManyMore() {
    for (int i = 0; i < Tally.MAX_LINES + 5; i++) {
      tell(Outcome.VERDICT);
    }
    assertThat(logged.list).hasSize(Tally.MAX_LINES);

    nanoTime.addAndGet(Tally.WINDOW.toNanos());
    tell(Outcome.VERDICT);

    assertThat(logged.list).hasSize(Tally.MAX_LINES + 1);
    assertThat(line(logged.list.getLast())).contains("unlogged=5");
    assertThat(tally.summary()).startsWith("invites: 26, disagreements: 26;");
  }

  @Test
  void aLineNamesTheInvitesPlaceAndDigestsAndNoDevice() {
    Map<Target, Fate> devices = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      devices.put(
          new Target(
              new DeviceId("phone-of-alice-" + i),
              new TokenDigest("%012x".formatted(i)),
              new BundleId("com.example.phone"),
              "production"),
          Fate.NO_ROUTE);
    }
    var own = new Judgement("no_route", devices, Set.of(), 0, Optional.of(NOW), NOW, NOW);

    tally.compared("call-invites-3@42", Outcome.ROUTE, Optional.of(own), Optional.empty());

    assertThat(line(logged.list.getFirst()))
        .contains("invite=call-invites-3@42", "outcome=route", "live=none", "devices: 30", "more")
        .contains("/production=NO_ROUTE")
        .doesNotContain("alice")
        .hasSizeLessThan(500);
  }

  private void tell(Outcome outcome) {
    tally.compared("call-invites-3@42", outcome, Optional.empty(), Optional.empty());
  }

  private static String line(ILoggingEvent event) {
    return event.getFormattedMessage()
        + event.getKeyValuePairs().stream()
            .map(pair -> " " + pair.key + "=" + pair.value)
            .collect(Collectors.joining());
  }
}
