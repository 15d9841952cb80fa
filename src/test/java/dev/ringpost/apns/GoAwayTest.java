package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reason that APNs puts into GOAWAY is told and counted. */
@Timeout(60)
class GoAwayTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"BadCertificate, BadCertificate", "a new word, other", "'', none"})
  void theReasonIsToldAndCounted(String reason, String told) {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);

      apns.inject(ConnectionFault.goAway(reason), Scope.all());

      SenderFixture.eventually(
          () -> fixture.counted(ApnsMeterName.APNS_GOAWAYS, "reason", told) == 1);
      SenderFixture.eventually(
          () ->
              fixture.logged().stream()
                  .anyMatch(line -> line.contains("cause=\"GOAWAY with " + inWords(told))));
      assertThat(fixture.connectionsReplaced("goaway")).isEqualTo(1);
    }
  }

  private static String inWords(String told) {
    return told.equals("none") ? "no reason, error 0" : told;
  }
}
