package dev.ringpost.image;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A real run of the image's program, from which the JVM learns what to keep in the AOT cache: an
 * embedded Kafka and a local APNs here, the program in a process of its own, some thousand calls, a
 * look at each of its pages, SIGTERM. Exits with 0 only if every call was settled, most of them
 * rang and the program left with 0.
 *
 * <p>Its arguments are the command line of the program as far as {@code run}.
 */
public final class TrainingRun {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int USERS = 200;
  private static final int CALLS = 2_000;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(1);
  private static final Duration RING = Duration.ofSeconds(60);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

  /** The JVM writes its cache before it ends. */
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(50);

  private TrainingRun() {}

  public static void main(String[] program) throws IOException {
    Path folder = Files.createTempDirectory("training");
    boolean rung = false;
    try (var kafka = LocalKafka.start()) {
      rung = run(List.of(program), kafka, folder);
    } catch (IllegalStateException e) {
      // The embedded Kafka would keep this JVM alive.
      System.err.println("The training failed: " + e.getMessage());
    }
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    System.exit(rung ? 0 : 1);
  }

  private static boolean run(List<String> program, LocalKafka kafka, Path folder) {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("TRAINKEY01", "TRAINTEAM1");
    try (var apns = LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .write(folder.resolve("ringpost.yaml"));
      try (var worker = WorkerProcess.start(program, config, folder)) {
        worker.awaitReady();
        call(kafka, apns);
        List.of("/metrics", "/readyz", "/livez").forEach(worker::get);
        int code = worker.terminate(ENDS_WITHIN);
        System.out.print(worker.output());
        System.out.println(apns.answeredWith(200) + " pushes; the program left with " + code);
        return code == 0;
      }
    }
  }

  private static void call(LocalKafka kafka, LocalApns apns) {
    try (var platform = new CallPlatform(kafka.bootstrapServers())) {
      for (int user = 0; user < USERS; user++) {
        platform.register(user(user), phone(user));
      }
      for (int call = 0; call < CALLS; call++) {
        platform.inviteLater(new CallId("call-" + call), user(call % USERS), RING, _ -> {});
        LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
      }
      long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
      while (platform.results().size() < CALLS) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              platform.results().size() + " of " + CALLS + " calls were settled");
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
      // The first calls may have been quicker than the registrations.
      if (apns.answeredWith(200) < CALLS / 2) {
        throw new IllegalStateException("only " + apns.answeredWith(200) + " phones rang");
      }
    }
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static Device phone(int number) {
    VoipToken token = VoipToken.ofBytes(ByteBuffer.allocate(32).putInt(28, number + 1).array());
    return new Device(new DeviceId("phone"), token, APP, Environment.PRODUCTION, Instant.now());
  }
}
