package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check before a Kafka that takes connections and says nothing. */
class CheckLimitTest {

  @Test
  void whatTakesTooLongIsNamedAndTheReportStillComes(@TempDir Path folder) throws Exception {
    LocalCredentials local = LocalCredentials.in(folder);
    try (var silent = new ServerSocket(0)) {
      Path file =
          ConfigFile.of("localhost:" + silent.getLocalPort())
              .apns(local, FreePort.find(), FreePort.find())
              .apps("com.example.phone", local.signingKey("KEYKEYKEY1", "TEAMTEAM01"))
              .write(folder.resolve("ringpost.yaml"));
      var check =
          Check.of(
              ConfigLoader.load(file, Map.of(), InstantSource.system()),
              InstantSource.system(),
              UUID::randomUUID);

      CheckReport report = check.examine(Duration.ofSeconds(1));

      assertThat(report.severity()).isEqualTo(Severity.FAILED);
      assertThat(report.lines())
          .last()
          .returns("check", CheckLine::check)
          .returns("not done after 1 s; it timed out while checking the topics", CheckLine::found);
    }
  }
}
