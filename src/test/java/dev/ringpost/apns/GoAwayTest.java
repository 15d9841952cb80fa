package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.Blow;
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
    try (var rig = Rig.in(folder).connections(1);
        var apns = rig.server().start()) {
      rig.production(apns.port()).start();
      Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);

      apns.strike(Blow.goAway(reason), Scope.all());

      Rig.eventually(() -> rig.goAways(told) == 1);
      Rig.eventually(
          () ->
              rig.logged().stream()
                  .anyMatch(line -> line.contains("cause=\"GOAWAY with " + inWords(told))));
      assertThat(rig.connectionsReplaced("goaway")).isEqualTo(1);
    }
  }

  private static String inWords(String told) {
    return told.equals("none") ? "no reason, error 0" : told;
  }
}
