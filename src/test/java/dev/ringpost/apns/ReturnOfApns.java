package dev.ringpost.apns;

import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.LocalApns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How soon after APNs has come back from an outage the first push reaches it, while calls go on all
 * the time: for a server that refuses connections, after a short outage, and after one that has
 * opened the breaker. {@code mvn test-compile exec:exec@bench-return}
 */
public final class ReturnOfApns {

  private static final int TURNS = 9;
  private static final List<Duration> OUTAGES =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(12));
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ReturnOfApns() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("ringpost-return");
    for (Duration outage : OUTAGES) {
      List<Long> millis = new ArrayList<>();
      for (int turn = 0; turn < TURNS; turn++) {
        millis.add(turn(Files.createTempDirectory(folder, "turn"), outage).toMillis());
      }
      millis.sort(Comparator.naturalOrder());
      System.out.printf(
          "outage of %5d ms: first push %d ms after the return [%d-%d], %d turns%n",
          outage.toMillis(), millis.get(TURNS / 2), millis.getFirst(), millis.getLast(), TURNS);
    }
    remove(folder);
    System.exit(0);
  }

  private static Duration turn(Path folder, Duration outage) throws Exception {
    int port = FreePort.find();
    try (var rig = Rig.in(folder).attemptMax(Duration.ofSeconds(4)).production(port)) {
      try (var before = rig.server().port(port).start()) {
        rig.start();
        callUntil(rig, () -> before.received() > 0);
      }
      long over = System.nanoTime() + outage.toNanos();
      callUntil(rig, () -> System.nanoTime() - over >= 0);
      try (LocalApns after = rig.server().port(port).start()) {
        long back = System.nanoTime();
        callUntil(rig, () -> after.received() > 0);
        return Duration.ofNanos(System.nanoTime() - back);
      }
    }
  }

  private static void callUntil(Rig rig, BooleanSupplier done) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int call = 0; !done.getAsBoolean(); call++) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("it takes longer than " + PATIENCE.toSeconds() + " s");
      }
      var invite = Calls.invite(Instant.now(), Calls.LONG);
      var _ = rig.ring(Calls.ring(invite, Calls.device(Calls.token(call))));
      LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
