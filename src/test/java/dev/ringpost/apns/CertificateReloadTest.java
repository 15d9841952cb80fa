package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.call.BundleId;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Certificates end, and are exchanged on disk while calls ring. */
class CertificateReloadTest {

  @TempDir Path folder;

  @Test
  void aCertificateIsExchangedAndTellsWhenItExpires() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    try (var fixture = SenderFixture.in(folder).connections(1)) {
      var first = fixture.local.clientCertificate(desk.value(), "sesame one");
      var second = fixture.local.clientCertificate(desk.value(), "sesame two");
      try (var apns = LocalApns.builder(fixture.local).topic(desk.voipTopic()).start()) {
        fixture.app(first, desk).production(apns.port()).start();
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_EXPIRES)).isBetween(363.0, 366.0);

        Files.copy(second.file(), first.file(), StandardCopyOption.REPLACE_EXISTING);
        fixture.lookAtCredentials();
        assertThat(fixture.reloads("refused"))
            .as("the passphrase is still the old one")
            .isEqualTo(1);

        Files.copy(
            second.passphraseFile(), first.passphraseFile(), StandardCopyOption.REPLACE_EXISTING);
        fixture.lookAtCredentials();
        assertThat(fixture.reloads("moved")).isEqualTo(1);
        SenderFixture.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
      }
    }
  }

  @Test
  void aCertificateThatIsNotYetValidIsTakenOnceItIs() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    var clock = new SettableClock(Instant.now());
    try (var fixture = SenderFixture.in(folder).connections(1).clock(clock)) {
      var first = fixture.local.clientCertificate(desk.value());
      var second = fixture.local.clientCertificate(desk.value());
      try (var apns = LocalApns.builder(fixture.local).topic(desk.voipTopic()).start()) {
        fixture.app(first, desk).production(apns.port()).start();
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);

        clock.advance(Duration.ofDays(-2));
        Files.copy(second.file(), first.file(), StandardCopyOption.REPLACE_EXISTING);
        fixture.lookAtCredentials();
        fixture.lookAtCredentials();
        assertThat(fixture.reloads("refused")).isEqualTo(1);
        assertThat(fixture.logged())
            .filteredOn(line -> line.contains("is not valid before"))
            .hasSize(1);

        clock.advance(Duration.ofDays(2));
        fixture.lookOnceAtCredentials();
        assertThat(fixture.reloads("moved")).isEqualTo(1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
      }
    }
  }

  @Test
  void aCertificateNearItsEndIsWarnedOfOnceADay() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    var clock = new SettableClock(Instant.now().plus(Duration.ofDays(340)));
    Logger logger = (Logger) LoggerFactory.getLogger(CredentialReload.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try (var fixture =
        SenderFixture.in(folder).connections(1).clock(clock).production(FreePort.find())) {
      fixture.app(fixture.local.clientCertificate(desk.value()), desk).start();
      assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_EXPIRES)).isBetween(23.0, 26.0);
      fixture.lookAtCredentials();
      assertThat(told(lines, "expires soon")).isEqualTo(1);

      clock.advance(Duration.ofDays(1));
      fixture.lookAtCredentials();
      assertThat(told(lines, "expires soon")).isEqualTo(2);

      clock.advance(Duration.ofDays(30));
      fixture.lookOnceAtCredentials();
      assertThat(told(lines, "has expired")).isEqualTo(1);
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void aCertificateThatApnsDoesNotBelieveIsRefused() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    try (var fixture = SenderFixture.in(folder).connections(1)) {
      var good = fixture.local.clientCertificate(desk.value());
      var foreign = LocalCredentials.in(elsewhere).clientCertificate(desk.value());
      try (var apns = LocalApns.builder(fixture.local).topic(desk.voipTopic()).start()) {
        fixture.app(good, desk).production(apns.port()).start();
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);

        Files.copy(foreign.file(), good.file(), StandardCopyOption.REPLACE_EXISTING);
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("moved")).isZero();
        assertThat(fixture.reloads("refused")).isEqualTo(1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN)).isEqualTo(1);
      }
    }
  }

  /** Other tests may log beside this one. */
  private static long told(ListAppender<ILoggingEvent> lines, String words) {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getMessage().contains(words))
        .count();
  }
}
