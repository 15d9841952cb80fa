package dev.ringpost.devkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import java.io.PrintWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One call, as a call platform makes it, to a phone that only the local APNs knows. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    description = {
      "Registers a made-up phone of a user, calls it once, and prints the worker's final result.",
      "",
      "Exits with 0 if APNs accepted the push, else with 1. It knows a Kafka without TLS and"
          + " passwords, and the topics' default names, only.",
      ""
    })
final class CallCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofMillis(20);

  /** A registration is read by the worker within a moment; a call may still be quicker. */
  private static final Duration REGISTERED_WITHIN = Duration.ofSeconds(1);

  /** How long after the ring deadline the final result may come. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(10);

  private final PrintWriter out;

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Some brokers of the cluster.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--callee",
      defaultValue = "devkit",
      paramLabel = "USER",
      description = "Whose phone rings. (${DEFAULT-VALUE})")
  private @Nullable String callee;

  @Option(
      names = "--app",
      defaultValue = "com.example.phone",
      paramLabel = "BUNDLE",
      description = "The phone's app. (${DEFAULT-VALUE})")
  private @Nullable String app;

  @Option(
      names = "--answer",
      defaultValue = "accepted",
      paramLabel = "ANSWER",
      description =
          "What the devkit's APNs answers for the phone: accepted, unregistered (410), bad-token"
              + " (400), throttled (429) or unavailable (503). (${DEFAULT-VALUE})")
  private @Nullable PhoneAnswer answer;

  @Option(
      names = "--ring",
      defaultValue = "20",
      paramLabel = "SECONDS",
      description = "How long the phone may ring. (${DEFAULT-VALUE})")
  private int ring;

  CallCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    UserId user = new UserId(requireNonNull(callee));
    try (var platform = CallPlatform.fromNow(requireNonNull(bootstrapServers))) {
      platform.register(user, phone(user));
      LockSupport.parkNanos(REGISTERED_WITHIN.toNanos());
      CallId call = new CallId("devkit-" + UUID.randomUUID());
      JsonNode result = result(platform, platform.invite(call, user, Duration.ofSeconds(ring)));
      out.println(result);
      return result.path("verdict").asText().equals("accepted") ? 0 : 1;
    }
  }

  private JsonNode result(CallPlatform platform, Origin invite) {
    long end = System.nanoTime() + SETTLED_AFTER.plusSeconds(ring).toNanos();
    while (System.nanoTime() < end) {
      List<JsonNode> results = platform.results(invite);
      if (!results.isEmpty() && results.getLast().path("final").asBoolean()) {
        return results.getLast();
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    throw new IllegalStateException("the call was not settled; does a worker run?");
  }

  /** A user's made-up phone, always the same, with a token that says what APNs is to answer. */
  private Device phone(UserId user) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(user.value().getBytes(UTF_8));
      return new Device(
          new DeviceId("devkit-phone"),
          requireNonNull(answer).on(VoipToken.ofBytes(digest)),
          new BundleId(requireNonNull(app)),
          Environment.PRODUCTION,
          Instant.now());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
