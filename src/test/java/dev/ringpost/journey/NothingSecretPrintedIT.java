package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NothingSecretPrinted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The shipped jar at its most talkative log level, through good and bad days, and everything that
 * it wrote anywhere.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class NothingSecretPrintedIT {

  private static final BundleId PHONE = new BundleId("com.example.phone");
  private static final BundleId DESK = new BundleId("com.example.desk");
  private static final BundleId UNKNOWN = new BundleId("com.example.unknown");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PASSPHRASE = "open-sesame-7431";
  private static final String WRONG_PASSPHRASE = "shut-sesame-9265";
  private static final String BROKER_PASSWORD = "br0ker-s3cret";
  private static final String CUSTOM = "custom-s3cret";
  private static final String CALLER = "Confidential Bob";
  private static final String CALLER_URI = "sip:confidential-bob@example.com";

  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required"
          + " username=\"ringpost\" password=\""
          + BROKER_PASSWORD
          + "\"";

  private final NothingSecretPrinted guarantee = new NothingSecretPrinted();

  @TempDir Path folder;
  private LocalCredentials credentials;
  private SigningKey key;
  private ClientCertificate certificate;

  @BeforeEach
  void make() throws IOException {
    credentials = LocalCredentials.in(folder);
    key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    certificate = credentials.clientCertificate(DESK.value(), PASSPHRASE);
    guarantee.key("the signing key", Files.readString(key.file()));
    guarantee.secret("the passphrase", PASSPHRASE);
    guarantee.secret("the wrong passphrase", WRONG_PASSPHRASE);
    guarantee.secret("the broker's password", BROKER_PASSWORD);
    guarantee.secret("a field of custom", CUSTOM);
    guarantee.secret("the caller's name", CALLER);
    guarantee.secret("the caller's URI", CALLER_URI);
    guarantee.secret("a provider token", "bearer ey");
  }

  @Test
  void notByAStartThatIsRefused() throws IOException {
    String keyText = Files.readString(key.file());
    Path damaged =
        Files.writeString(folder.resolve("damaged.p8"), keyText.replaceFirst("\n....", "\n????"));
    var damagedKey = new SigningKey(damaged, key.keyId(), key.teamId(), key.publicKey());
    Path wrong = Files.writeString(folder.resolve("wrong.passphrase"), WRONG_PASSPHRASE + "\n");
    var locked = new ClientCertificate(certificate.file(), WRONG_PASSPHRASE, wrong);
    String pasted = "\"" + keyText.replace("\n", "\\n") + "\"";
    Path keyItself =
        ConfigFile.of(nobody()).apps(PHONE.value(), key).write(folder.resolve("pasted.yaml"));
    Files.writeString(
        keyItself, Files.readString(keyItself).replace(key.file().toString(), pasted));
    var unknownKey = "passphrase: " + PASSPHRASE + "\n";
    var noWord = Map.of("RINGPOST_APPS_0__PASSPHRASE", PASSPHRASE);
    Map<String, String> badLogin =
        Map.of(
            "RINGPOST_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
            "RINGPOST_KAFKA_PROPERTIES_SASL_MECHANISM", "PLAIN",
            "RINGPOST_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", JAAS);

    try (var lockedOut =
            start("locked", config(nobody(), key).andApp(DESK.value(), locked), Map.of());
        var broken = start("broken", config(nobody(), damagedKey), Map.of());
        var mistaken = start("mistaken", config(nobody(), key).with(unknownKey), noWord);
        var inline = WorkerProcess.start(keyItself, folder, "pasted");
        var refused = start("refused", config(nobody(), key), badLogin)) {
      ends("a wrong passphrase", lockedOut, ExitCode.CONFIGURATION);
      ends("a damaged key", broken, ExitCode.CONFIGURATION);
      ends("a key in the place of its file", inline, ExitCode.CONFIGURATION);
      ends("an unknown key", mistaken, ExitCode.CONFIGURATION);
      ends("a login that cannot be read", refused, ExitCode.CONFIGURATION);
    }

    assertThat(guarantee.places()).hasSize(5);
    assertThat(guarantee.breaches()).isEmpty();
  }

  @Test
  void notByAWorkerOnGoodAndBadDays() {
    try (var kafka = LocalKafka.start();
        var apns =
            LocalApns.builder(credentials)
                .topic(PHONE.voipTopic())
                .topic(DESK.voipTopic())
                .key(key)
                .start();
        var worker =
            start(
                "worker",
                config(kafka.bootstrapServers(), key)
                    .andApp(DESK.value(), certificate)
                    .with("attempt:\n  max: 2s\n")
                    .apns(credentials, apns, apns),
                Map.of())) {
      worker.awaitReady();
      try (var platform = new CallPlatform(kafka.bootstrapServers())) {
        goodAndBadDays(platform, apns, worker);
        lookAtEverything(platform, worker);
        runCheck();
      }
    }
    assertThat(guarantee.places())
        .containsExactlyInAnyOrder(
            "the log",
            "the results",
            "the dead letters",
            "/metrics",
            "/readyz",
            "/livez",
            "/nothing",
            "the report of check");
    assertThat(guarantee.breaches()).isEmpty();
  }

  private void goodAndBadDays(CallPlatform platform, LocalApns apns, WorkerProcess worker) {
    Map<String, Behaviour> fates = new LinkedHashMap<>();
    fates.put("accepted", Behaviour.accepts());
    fates.put("gone", Behaviour.rejects(410, "Unregistered", Instant.now()));
    fates.put("bad", Behaviour.rejects(400, "BadDeviceToken"));
    fates.put("topic", Behaviour.rejects(400, "DeviceTokenNotForTopic"));
    fates.put("strange", Behaviour.rejects(418, "WhateverItIs"));
    fates.put("throttled", Behaviour.rejects(429, "TooManyRequests"));
    fates.put("server", Behaviour.rejects(503, "ServiceUnavailable"));
    fates.put("silent", Behaviour.keepsSilent());
    fates.put("credential", Behaviour.rejects(403, "ExpiredProviderToken"));
    int number = 0;
    for (String user : fates.keySet()) {
      for (BundleId app : List.of(PHONE, DESK)) {
        VoipToken token = token("the token of " + user + " in " + app, ++number);
        apns.answer(token, fates.get(user));
        platform.register(new UserId(user), device(app, token));
      }
    }
    VoipToken stray = token("the token of an app without a route", ++number);
    platform.register(new UserId("stray"), device(UNKNOWN, stray));
    unreadableTokens(platform, token("a token in a record that cannot be read", ++number));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                worker
                    .get("/metrics")
                    .contains(
                        "ringpost_view_entries{view=\"tokens\"} %d.0"
                            .formatted(2 * fates.size() + 1)));

    fates.keySet().forEach(user -> platform.publish(user, invite(user, "")));
    platform.publish("stray", invite("stray", ""));
    platform.publish("nobody", invite("nobody", ""));
    platform.publish("accepted", invite("accepted", "\"pad\": \"%s\"".formatted("x".repeat(5200))));
    unreadableInvites(platform);

    var settled = new EveryInviteSettled(platform);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(settled.breaches()).isEmpty());
    assertThat(platform.results()).hasSizeGreaterThan(fates.size());
    assertThat(platform.deadLetters()).hasSizeGreaterThan(5);
  }

  private static void unreadableTokens(CallPlatform platform, VoipToken token) {
    for (String value :
        List.of(
            "{\"token\": \"zz%s\", \"environment\": \"production\", \"bundleId\": \"a.b\"}",
            "{\"token\": \"%s\", \"environment\": \"%1$s\", \"bundleId\": \"a.b\"}",
            "{\"token\": \"%s\", \"environment\": \"sandbox\", \"bundleId\": \"%1$s /\"}",
            "{\"pn-provider\": \"apns\", \"pn-param\": \"T.a.b.voip\", \"pn-prid\": \"?%s\"}",
            "{\"%s\": 1, \"%1$s\": 2}",
            "%s")) {
      byte[] bytes = value.formatted(token.hex()).getBytes(UTF_8);
      platform.store(
          new ProducerRecord<>(CallPlatform.TOKENS, "unreadable/phone".getBytes(UTF_8), bytes));
    }
  }

  private static void unreadableInvites(CallPlatform platform) {
    platform.publish(null, CUSTOM);
    platform.publish(null, "{\"callId\": \"broken\", \"custom\": {\"k\": \"" + CUSTOM);
    platform.publish(null, "{\"%s\": 1, \"%1$s\": 2}".formatted(CUSTOM));
    for (String field :
        List.of(
            "\"callUuid\": \"%s\"",
            "\"invitedAt\": \"%s\"",
            "\"expiresAt\": \"%s\"",
            "\"ringSeconds\": \"%s\"",
            "\"app\": \"%s /\"",
            "\"excludeDevices\": \"%s\"",
            "\"custom\": \"%s\"")) {
      platform.publish(
          null,
          """
          {"callId": "flawed", "callee": "accepted", %s,
           "caller": {"uri": "%s", "name": "%s"}}\
          """
              .formatted(field.formatted(CUSTOM), CALLER_URI, CALLER));
    }
    platform.publish(
        null,
        """
        {"callId": "flawed", "callee": "accepted", "caller": {"uri": "%s%s", "name": "%s"}}\
        """
            .formatted(CALLER_URI, "x".repeat(2000), CALLER));
  }

  private void lookAtEverything(CallPlatform platform, WorkerProcess worker) {
    for (String page : List.of("/metrics", "/readyz", "/livez", "/nothing")) {
      guarantee.look(page, worker.get(page));
    }
    StringBuilder results = new StringBuilder();
    platform.resultRecords().forEach(record -> results.append(new String(record.value(), UTF_8)));
    guarantee.look("the results", results.toString());
    StringBuilder headers = new StringBuilder();
    platform
        .deadLetters()
        .forEach(
            letter ->
                letter
                    .headers()
                    .forEach(header -> headers.append(new String(header.value(), UTF_8))));
    guarantee.look("the dead letters", headers.toString());
    assertThat(worker.terminate()).isZero();
    assertThat(worker.output()).contains(" TRACE ", " DEBUG ");
    guarantee.look("the log", worker.output());
  }

  /** Of the same Kafka, with its unreadable records, and the same APNs. */
  private void runCheck() {
    var environment = Map.of("RINGPOST_LOG_LEVEL", "trace");
    Path log = folder.resolve("check.log");
    String config = folder.resolve("worker.yaml").toString();
    try (var check = WorkerProcess.launch(log, environment, "check", "--config", config)) {
      ends("the report of check", check, ExitCode.CLEAN);
      assertThat(check.output()).contains("warning  view voip-tokens: ", "unusable (");
    }
  }

  private void ends(String name, WorkerProcess process, ExitCode code) {
    assertThat(process.awaitEnd(PATIENCE))
        .as(name + ": " + process.output())
        .isEqualTo(code.number());
    guarantee.look(name, process.output());
  }

  private WorkerProcess start(String name, ConfigFile config, Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put("RINGPOST_LOG_LEVEL", "trace");
    return WorkerProcess.start(
        config.write(folder.resolve(name + ".yaml")), folder, name, variables);
  }

  private static ConfigFile config(String bootstrapServers, SigningKey key) {
    return ConfigFile.of(bootstrapServers).apps(PHONE.value(), key);
  }

  /** Where no Kafka is. */
  private static String nobody() {
    return "localhost:" + FreePort.find();
  }

  private VoipToken token(String name, int number) {
    byte[] bytes = new byte[32];
    new Random(number).nextBytes(bytes);
    VoipToken token = VoipToken.ofBytes(bytes);
    guarantee.token(name, token);
    return token;
  }

  private static Device device(BundleId app, VoipToken token) {
    return new Device(
        new DeviceId("of-" + app.value()), token, app, Environment.PRODUCTION, Instant.now());
  }

  private static String invite(String callee, String moreCustom) {
    return """
    {"callId": "call-of-%s", "callee": "%1$s", "ringSeconds": 8,
     "caller": {"uri": "%s", "name": "%s"},
     "custom": {"k": "%s"%s}}\
    """
        .formatted(
            callee, CALLER_URI, CALLER, CUSTOM, moreCustom.isEmpty() ? "" : ", " + moreCustom);
  }
}
