package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A signal to stop that may come at any moment of a start, also while no Kafka is there. */
class StopBeforeItRunsTest {

  @Test
  @Timeout(60)
  void aWorkerThatWasStoppedBeforeItRunsAsksNobodyAndEnds(@TempDir Path folder) throws Exception {
    var credentials = LocalCredentials.in(folder);
    Path file =
        ConfigFile.of("localhost:" + FreePort.find())
            .apns(credentials, FreePort.find(), FreePort.find())
            .apps("com.example.phone", credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01"))
            .with("admin:\n  host: localhost\n  port: 0\n")
            .write(folder.resolve("ringpost.yaml"));
    Worker worker =
        Worker.of(
            ConfigLoader.load(file, Map.of(), InstantSource.system()),
            InstantSource.system(),
            () -> {});

    worker.stop();
    long start = System.nanoTime();
    worker.run();

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(Worker.PATIENCE.dividedBy(2));
  }
}
