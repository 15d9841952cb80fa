package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;

/** The guarantee of that name, as far as this room gives it. */
@ResourceLock(LogWatch.LEVELS)
class NothingSecretPrintedTest {

  private static final BundleId WORK = new BundleId("com.example.work");

  @TempDir Path folder;

  private final Logger pushy = logger("com.eatthepath.pushy");
  private final Logger netty = logger("io.netty");
  private final Logger ours = logger("dev.ringpost");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    pushy.setLevel(Level.DEBUG);
    netty.setLevel(Level.TRACE);
    ours.setLevel(Level.TRACE);
    List.of(pushy, netty, ours).forEach(logger -> logger.setAdditive(false));
    List.of(pushy, netty, ours).forEach(logger -> logger.addAppender(log));
    log.start();
  }

  @AfterEach
  void stop() {
    for (Logger logger : List.of(pushy, netty, ours)) {
      logger.setLevel(null);
      logger.setAdditive(true);
      logger.detachAppender(log);
    }
    ours.setLevel(Level.INFO); // as LoggedSecrets wants it
  }

  @Test
  void logsAndReportsHoldNoTokenKeyPassphraseOrPayload() throws Exception {
    CallInvite invite =
        Calls.invite(
            Instant.now(), Calls.LONG, Optional.of("Confidential Bob"), Map.of("k", "top-s3cret"));
    StringBuilder said = new StringBuilder();
    try (var fixture = SenderFixture.in(folder).attemptMax(Duration.ofMillis(500))) {
      var p12 = fixture.local.clientCertificate(WORK.value(), "hunter22");
      try (var apns = fixture.server().topic(WORK.voipTopic()).start()) {
        fixture
            .production(apns.port())
            .app(EnumSet.of(Environment.PRODUCTION), Calls.PHONE)
            .app(p12, WORK)
            .start();
        apns.answer(Calls.token(1), Behaviour.rejects(400, "BadDeviceToken"));
        apns.answer(Calls.token(2), Behaviour.keepsSilent());
        apns.answer(Calls.token(3), Behaviour.rejects(403, "ExpiredProviderToken"));
        for (int n = 0; n < 3; n++) {
          said.append(fixture.outcome(Calls.push(invite, Calls.device(Calls.token(n)))));
        }
        SenderFixture.eventually(() -> fixture.connectionsReplaced("silent") > 0);
        said.append(fixture.outcome(Calls.push(invite, Calls.device(Calls.token(3)))));
        said.append(
            fixture.outcome(
                Calls.push(invite, Calls.device(Calls.token(4), WORK, Environment.PRODUCTION))));
      }
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") > 0);
      said.append(fixture.outcome(Calls.push(invite, Calls.device(Calls.token(5)))));
      fixture.stop();

      String key = Files.readString(fixture.key.file());
      said.append(
          log.list.stream().map(NothingSecretPrintedTest::text).collect(Collectors.joining()));
      assertThat(log.list).isNotEmpty();
      assertThat(said.toString())
          .contains("connected to APNs")
          .doesNotContain(Calls.token(0).hex().substring(0, 16))
          .doesNotContain(key.lines().toList().get(1))
          .doesNotContain("hunter22")
          .doesNotContain("top-s3cret", "Confidential Bob", "sip:bob@example.com")
          .doesNotContain("bearer ");
    }
  }

  @Test
  void aLoggerThatWouldPrintTokensStopsTheStart() {
    pushy.setLevel(Level.TRACE);

    assertThatThrownBy(() -> SenderFixture.in(folder).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("set it to DEBUG");
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  private static String text(ILoggingEvent event) {
    return event.getFormattedMessage()
        + event.getKeyValuePairs()
        + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage())
        + "\n";
  }
}
