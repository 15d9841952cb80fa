package dev.ringpost.devkit;

import static java.util.Objects.requireNonNull;

import dev.ringpost.call.BundleId;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.PushTail;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A local APNs of both environments. It listens on loopback and its certificate says {@code
 * localhost}: it is for a worker in the same pod, which reads the key and the CA that are made here
 * from a folder that both have.
 */
@Command(
    name = "apns",
    mixinStandardHelpOptions = true,
    description = {
      "Serves as APNs for a worker in the same pod, on localhost: production on port 2197, sandbox"
          + " on port 8443. Accepts every good push, except those to phones that devkit call gave"
          + " another answer, and prints what it did and the payload.",
      "",
      "Writes into the folder what the worker's configuration names: ca.pem, key.p8 (id DEVKITKEY1,"
          + " team DEVKITTEAM). They are created again at each start.",
      ""
    })
final class ApnsCommand implements Callable<Integer> {

  static final int PRODUCTION = 2197;
  static final int SANDBOX = 8443;
  static final String KEY_ID = "DEVKITKEY1";
  static final String TEAM_ID = "DEVKITTEAM";

  /** Bound on the pushes between two looks that are printed one by one. */
  private static final int KEPT = 1000;

  private static final Duration LOOK = Duration.ofMillis(100);

  private final PrintWriter out;

  @Option(
      names = "--folder",
      defaultValue = "/run/devkit",
      paramLabel = "DIR",
      description = "Where the worker finds its key and the CA. (${DEFAULT-VALUE})")
  private @Nullable Path folder;

  @Option(
      names = "--app",
      defaultValue = "com.example.phone",
      split = ",",
      paramLabel = "BUNDLE",
      description = "Bundle ids that may be pushed to. (${DEFAULT-VALUE})")
  private @Nullable List<String> apps;

  ApnsCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    Path place = requireNonNull(folder);
    LocalCredentials credentials = LocalCredentials.in(place);
    SigningKey key = credentials.signingKey(KEY_ID, TEAM_ID);
    var builder = LocalApns.builder(credentials).key(key).keepPushes(KEPT);
    requireNonNull(apps).forEach(app -> builder.topic(new BundleId(app).voipTopic()));
    try (var production = builder.port(PRODUCTION).start();
        var sandbox = builder.port(SANDBOX).start()) {
      production.answerBy(PhoneAnswer::to);
      sandbox.answerBy(PhoneAnswer::to);
      // Whole files only, and the key last: a worker may be waiting for it.
      put(credentials.trustedCertificates(), place.resolve("ca.pem"));
      put(key.file(), place.resolve("key.p8"));
      out.println("production on port " + PRODUCTION + ", sandbox on port " + SANDBOX);
      tell(production, sandbox);
    }
    return 0;
  }

  private static void put(Path made, Path wanted) throws IOException {
    Files.move(made, wanted, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Until the process ends. */
  private void tell(LocalApns production, LocalApns sandbox) {
    List<PushTail> tails =
        List.of(new PushTail("production", production), new PushTail("sandbox", sandbox));
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK.toNanos());
      tails.forEach(tail -> tail.look(out::println));
    }
  }
}
