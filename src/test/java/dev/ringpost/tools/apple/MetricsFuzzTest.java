package dev.ringpost.tools.apple;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.fuzz.Fuzz;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are not as Apple documents them. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class MetricsFuzzTest {

  @Test
  void metrics() throws InterruptedException {
    List<byte[]> good =
        Stream.of(
                "Push Type,Status,Date (UTC),Count\nvoip,delivered,2026-11-29,1200\n",
                "\uFEFF\"Push Type\",Status,Date (UTC),Count,Region\r\n"
                    + "alert,\"stored, \"\"off\"\"\",2026-11-29T00:00:00Z,7,eu\r\n\r\n")
            .map(text -> text.getBytes(UTF_8))
            .toList();
    Fuzz.of("metrics", good)
        .run(
            input -> {
              try {
                for (MetricsRow row : MetricsCsv.read(new String(input, UTF_8))) {
                  boolean isPlain =
                      (row.pushType() + row.status() + row.date())
                          .chars()
                          .allMatch(c -> c >= ' ' && c < 0x7f);
                  if (!isPlain || row.count() < 0) {
                    throw new AssertionError("it reads " + row);
                  }
                }
              } catch (FailedExportException _) {
                // said in words
              }
            });
  }
}
