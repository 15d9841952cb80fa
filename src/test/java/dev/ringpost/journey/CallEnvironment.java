package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

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
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a call needs around a Kafka that runs: the local APNs of both environments, two apps,
 * one with a key and one with a certificate, a worker in this JVM, and the call platform.
 */
final class CallEnvironment implements AutoCloseable {

  static final BundleId PHONE = new BundleId("com.example.phone");
  static final BundleId DESK = new BundleId("com.example.desk");

  /** How long a call rings unless a test says otherwise: far longer than any test waits. */
  static final Duration RING = Duration.ofSeconds(60);

  private static final Duration READY_WITHIN = Duration.ofSeconds(40);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();
  private final String bootstrapServers;
  private final LocalApns production;
  private final LocalApns sandbox;
  private final Path config;
  private @Nullable LocalWorker worker;
  private @Nullable CallPlatform platform;

  private CallEnvironment(
      String bootstrapServers, LocalApns production, LocalApns sandbox, Path config) {
    this.bootstrapServers = bootstrapServers;
    this.production = production;
    this.sandbox = sandbox;
    this.config = config;
  }

  /** An environment whose worker does not run yet. */
  static CallEnvironment on(String bootstrapServers, Path folder) {
    return on(bootstrapServers, folder, "");
  }

  /** An environment whose worker does not run yet, and has more settings, in YAML. */
  static CallEnvironment on(String bootstrapServers, Path folder, String settings) {
    return on(bootstrapServers, folder, ConfigFile.of(bootstrapServers), settings);
  }

  /**
   * An environment whose worker does not run yet.
   *
   * @param bootstrapServers where the platform finds Kafka
   * @param begun the worker's configuration, which says where it finds Kafka
   */
  static CallEnvironment on(
      String bootstrapServers, Path folder, ConfigFile begun, String settings) {
    var credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    LocalApns production = apns(credentials, key);
    LocalApns sandbox = apns(credentials, key);
    Path config =
        begun
            .apns(credentials, production, sandbox)
            .apps(PHONE.value(), key)
            .andApp(DESK.value(), credentials.clientCertificate(DESK.value(), "open sesame"))
            .with("admin:\n  host: localhost\n  port: 0\n" + settings)
            .write(folder.resolve("ringpost.yaml"));
    return new CallEnvironment(bootstrapServers, production, sandbox, config);
  }

  /**
   * An environment of parts made elsewhere, for a configuration of another kind; they are its to
   * close.
   */
  static CallEnvironment of(
      String bootstrapServers, LocalApns production, LocalApns sandbox, Path config) {
    return new CallEnvironment(bootstrapServers, production, sandbox, config);
  }

  private static LocalApns apns(LocalCredentials credentials, SigningKey key) {
    return LocalApns.builder(credentials)
        .topic(PHONE.voipTopic())
        .topic(DESK.voipTopic())
        .key(key)
        .start();
  }

  /** Starts the worker and waits until it is ready. */
  CallEnvironment startWorker() {
    launchWorker();
    awaitReady();
    return this;
  }

  /** Starts the worker. */
  LocalWorker launchWorker() {
    return launchWorker(InstantSource.system());
  }

  /** Starts the worker on a machine whose clock may be wrong. */
  LocalWorker launchWorker(InstantSource clock) {
    worker = LocalWorker.start(config, clock);
    return worker;
  }

  /** Waits for the worker, which has made the topics by then, and opens the platform. */
  void awaitReady() {
    await().atMost(READY_WITHIN).pollInterval(LOOK).until(() -> worker().ready());
    if (platform == null) {
      platform = new CallPlatform(bootstrapServers);
    }
  }

  /** Stops the worker in an orderly way. */
  void stopWorker() {
    worker().close();
    worker = null;
  }

  LocalWorker worker() {
    if (worker == null) {
      throw new IllegalStateException("no worker runs");
    }
    return worker;
  }

  Path config() {
    return config;
  }

  LocalApns production() {
    return production;
  }

  LocalApns sandbox() {
    return sandbox;
  }

  /** The platform, once a worker has been ready. */
  CallPlatform platform() {
    if (platform == null) {
      throw new IllegalStateException("the topics are not there yet");
    }
    return platform;
  }

  /** A phone with a token of its own, registered now. */
  Device phone(String id, BundleId app, Environment environment) {
    return new Device(new DeviceId(id), freshToken(), app, environment, Instant.now());
  }

  /** A phone of the app that has a key, in production. */
  Device phone(String id) {
    return phone(id, PHONE, Environment.PRODUCTION);
  }

  /** A token that nobody has had. */
  VoipToken freshToken() {
    try {
      byte[] name = ("token-" + tokens.incrementAndGet()).getBytes(UTF_8);
      return VoipToken.ofBytes(MessageDigest.getInstance("SHA-256").digest(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** A Call-ID that nobody has had. */
  CallId freshCall() {
    return new CallId("call-" + calls.incrementAndGet() + "@pc33.example.com");
  }

  /** Calls a user and returns what the platform is told. */
  JsonNode call(UserId callee) {
    return resultOf(platform().invite(freshCall(), callee, RING));
  }

  /**
   * Calls a user again and again until the platform is told what is expected: registrations take a
   * moment until the worker has read them. Returns that result.
   */
  JsonNode callUntil(UserId callee, Predicate<JsonNode> expected) {
    return await()
        .atMost(SETTLED_WITHIN)
        .pollInterval(LOOK)
        .alias("the expected result of a call to " + callee.value())
        .until(() -> call(callee), expected);
  }

  /** Registers phones and waits until a call rings exactly as many. */
  void give(UserId user, Device... phones) {
    for (Device phone : phones) {
      platform().register(user, phone);
    }
    callUntil(user, result -> result.path("devices").size() == phones.length);
  }

  /** Waits for the one result of an invite. */
  JsonNode resultOf(Origin invite) {
    return await()
        .atMost(SETTLED_WITHIN)
        .pollInterval(LOOK)
        .alias("a result of " + invite)
        .until(() -> platform().results(invite), results -> !results.isEmpty())
        .getFirst();
  }

  /** What arrived in either environment for a call. */
  List<ReceivedPush> pushesOf(JsonNode result) {
    String call = result.path("callId").asText();
    return Stream.of(production, sandbox)
        .flatMap(apns -> apns.pushes().stream())
        .filter(push -> push.json().at("/call/id").asText().equals(call))
        .toList();
  }

  @Override
  public void close() {
    if (platform != null) {
      platform.close();
    }
    if (worker != null) {
      worker.close();
    }
    production.close();
    sandbox.close();
  }
}
