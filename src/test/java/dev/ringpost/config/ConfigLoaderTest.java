package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.config.RingpostConfig.LogFormat;
import dev.ringpost.config.RingpostConfig.LogLevel;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  private final ConfigFolder folder;

  ConfigLoaderTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void whatIsNotWrittenHasItsDefault() {
    RingpostConfig config = folder.load(ConfigFolder.SMALLEST);

    assertThat(config.kafka().bootstrapServers()).containsExactly(new Server("kafka", 9092));
    assertThat(config.kafka().properties()).isEmpty();
    assertThat(config.kafka().groupProtocol()).isEqualTo(GroupProtocol.CLASSIC);
    assertThat(config.topics())
        .isEqualTo(
            new RingpostConfig.Topics(
                false,
                3,
                12,
                "call-invites",
                "voip-tokens",
                "voip-token-invalidations",
                "call-signals",
                "call-push-results",
                "call-invites.retry",
                "call-invites.missed",
                "call-invites.dlq",
                Optional.empty()));
    assertThat(config.topics().retries(3))
        .containsExactly("call-invites.retry-1", "call-invites.retry-2", "call-invites.retry-3");
    assertThat(config.retry())
        .isEqualTo(
            new RetryConfig(
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)),
                "ringpost.retry",
                500));
    assertThat(config.tokens())
        .isEqualTo(
            new TokensConfig(
                true,
                false,
                new TokensConfig.Fuse(50, 20, Duration.ofMinutes(10)),
                new TokensConfig.Snapshot(
                    Optional.empty(), Optional.empty(), Duration.ofMinutes(5))));
    assertThat(config.intake())
        .isEqualTo(new RingpostConfig.Intake("ringpost", 1800, 65_536, false));
    assertThat(config.ring().byDefault()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.ring().max()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.attempt().max()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.fanout().maxDevices()).isEqualTo(20);
    assertThat(config.payload().key()).isEqualTo("call");
    assertThat(config.results().callee()).isEqualTo(CalleeAs.PLAIN);
    assertThat(config.apns())
        .isEqualTo(
            new ApnsConfig(
                2,
                900,
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                ApnsSettings.Expiration.DEADLINE,
                new ApnsConfig.Production("api.push.apple.com", 443),
                new ApnsConfig.Sandbox("api.sandbox.push.apple.com", 443),
                new ApnsConfig.Hedge(Optional.empty(), 5),
                new ApnsConfig.Canary(true, false),
                new ApnsConfig.Proxy(
                    Kind.HTTP, Optional.empty(), 3128, Optional.empty(), Optional.empty()),
                config.apns().deliveryMetrics(),
                Optional.empty()));
    assertThat(config.apns().hedge().settings()).isEmpty();
    assertThat(config.apns().canary().settings()).isEqualTo(ApnsSettings.Canary.SHOWN);
    assertThat(config.apns().proxy().settings()).isEmpty();
    assertThat(config.apps().stream().flatMap(app -> app.environments().stream()))
        .containsExactlyInAnyOrder(Environment.PRODUCTION, Environment.SANDBOX);
    assertThat(config.admin()).isEqualTo(new RingpostConfig.Admin("0.0.0.0", 8080, false));
    assertThat(config.log()).isEqualTo(new RingpostConfig.Log(LogFormat.TEXT, LogLevel.INFO));
  }

  @Test
  void everyKeyCanBeWritten() {
    folder
        .certificate("desk", ConfigFolder.PASSPHRASE)
        .write("desk.passphrase", ConfigFolder.PASSPHRASE + "\r\n")
        .write("phone.id", "ABC123DEFG\n");

    RingpostConfig config =
        folder.load(
            """
            kafka:
              bootstrap-servers: [one:9092, "[::1]:9093"]
              properties:
                linger.ms: 7
              group-protocol: consumer
            topics:
              create: true
              replication-factor: 1
              partitions: 24
              invites: i
              tokens: t
              invalidations: d
              signals: s
              results: r
              retry: again
              missed-calls: m
              dead-letters: l
            intake: {group: g, max-in-flight: 5, ledger-span: 6, skip-unreadable: true}
            retry: {ladder: [500ms, 3s], group: gr, max-in-flight: 7}
            tokens:
              one-user-per-token: false
              invalidate-bad: true
              fuse: {answers: 9, max-percent: 80, memory: 30s}
              snapshot: {folder: kept, key-file: kept.key, interval: 1h}
            ring: {default: 1m, max: 2m}
            attempt: {max: 900ms}
            fanout: {max-devices: 3}
            payload: {key: invite}
            results: {callee: digest}
            apns:
              connections: 4
              max-in-flight-per-connection: 100
              connect-timeout: 1s
              idle-ping: 1h
              expiration: zero
              production: {host: localhost, port: 1443}
              sandbox: {host: 127.0.0.1, port: 2443}
              trusted-certificates: desk.pem
              hedge: {after: 400ms, max-percent: 3}
              canary: {enabled: true, ready: true}
              proxy:
                kind: socks5
                host: proxy.example.com
                port: 1080
                username: ringpost
                password-file: desk.passphrase
            apps:
              - bundle-ids: [com.example.phone, com.example.tablet]
                environments: [sandbox]
                key: {file: phone.p8, key-id: 0123456789, team-id: TEAM123456}
              - bundle-ids: [com.example.desk]
                certificate: {file: desk.p12, key-file: desk.key, passphrase-file: desk.passphrase}
              - bundle-ids: com.example.other
                key: {file: phone.p8, key-id-file: phone.id, team-id: TEAM123456}
            admin: {host: "::1", port: 0, page: true}
            log: {format: json, level: debug}
            """);

    assertThat(config.kafka().bootstrapList()).isEqualTo("one:9092,[::1]:9093");
    assertThat(config.kafka().groupProtocol()).isEqualTo(GroupProtocol.CONSUMER);
    assertThat(config.kafka().clientProperties())
        .hasSize(5)
        .containsEntry("linger.ms", "7")
        .containsEntry("bootstrap.servers", "one:9092,[::1]:9093")
        .containsEntry("metadata.recovery.rebootstrap.trigger.ms", 10_000)
        .containsEntry("metadata.max.age.ms", 10_000)
        .containsEntry("request.timeout.ms", 10_000);
    assertThat(config.topics())
        .isEqualTo(
            new RingpostConfig.Topics(
                true, 1, 24, "i", "t", "d", "s", "r", "again", "m", "l", Optional.empty()));
    assertThat(config.topics().retries(2)).containsExactly("again-1", "again-2");
    assertThat(config.retry())
        .isEqualTo(
            new RetryConfig(List.of(Duration.ofMillis(500), Duration.ofSeconds(3)), "gr", 7));
    assertThat(config.tokens())
        .isEqualTo(
            new TokensConfig(
                false,
                true,
                new TokensConfig.Fuse(9, 80, Duration.ofSeconds(30)),
                new TokensConfig.Snapshot(
                    Optional.of(folder.path("kept")),
                    Optional.of(folder.path("kept.key")),
                    Duration.ofHours(1))));
    assertThat(config.intake()).isEqualTo(new RingpostConfig.Intake("g", 5, 6, true));
    assertThat(config.ring().byDefault()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.ring().max()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.attempt().max()).isEqualTo(Duration.ofMillis(900));
    assertThat(config.fanout().maxDevices()).isEqualTo(3);
    assertThat(config.payload().key()).isEqualTo("invite");
    assertThat(config.results().callee()).isEqualTo(CalleeAs.DIGEST);
    assertThat(config.apns())
        .isEqualTo(
            new ApnsConfig(
                4,
                100,
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                ApnsSettings.Expiration.ZERO,
                new ApnsConfig.Production("localhost", 1443),
                new ApnsConfig.Sandbox("127.0.0.1", 2443),
                new ApnsConfig.Hedge(Optional.of(Duration.ofMillis(400)), 3),
                new ApnsConfig.Canary(true, true),
                new ApnsConfig.Proxy(
                    Kind.SOCKS5,
                    Optional.of("proxy.example.com"),
                    1080,
                    Optional.of("ringpost"),
                    Optional.of(folder.path("desk.passphrase"))),
                config.apns().deliveryMetrics(),
                Optional.of(folder.path("desk.pem"))));
    assertThat(config.apns().hedge().settings())
        .contains(new ApnsSettings.Hedge(Duration.ofMillis(400), 3));
    assertThat(config.apns().canary().settings()).isEqualTo(ApnsSettings.Canary.DECIDES_READY);
    assertThat(config.apns().proxy().settings())
        .contains(
            new ApnsSettings.Proxy(
                Kind.SOCKS5,
                "proxy.example.com",
                1080,
                Optional.of(new ProxyCredentials("ringpost", folder.path("desk.passphrase")))));
    assertThat(config.apps().get(0).bundleIds())
        .containsExactly(new BundleId("com.example.phone"), new BundleId("com.example.tablet"));
    assertThat(config.apps().get(0).environments()).containsExactly(Environment.SANDBOX);
    assertThat(config.apps().get(0).credential())
        .isEqualTo(
            new CredentialSettings.SigningKey(folder.path("phone.p8"), "0123456789", "TEAM123456"));
    assertThat(config.apps().get(1).credential())
        .isEqualTo(
            new CredentialSettings.Certificate(
                folder.path("desk.p12"),
                Optional.of(folder.path("desk.key")),
                Optional.of(folder.path("desk.passphrase"))));
    assertThat(config.apps().get(2).credential())
        .isEqualTo(
            new CredentialSettings.SigningKey(
                folder.path("phone.p8"),
                new CredentialSettings.KeyId.InFile(folder.path("phone.id")),
                "TEAM123456"));
    assertThat(config.admin()).isEqualTo(new RingpostConfig.Admin("::1", 0, true));
    assertThat(config.log()).isEqualTo(new RingpostConfig.Log(LogFormat.JSON, LogLevel.DEBUG));
  }

  @Test
  void kafkaPropertiesPassThroughAsTheyStand() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST.replace(
                "kafka:\n",
                """
                kafka:
                  properties:
                    security.protocol: SASL_SSL
                    sasl.jaas.config: ' org.example.Login required password="a${b}\\c,d"; '
                    ssl.endpoint.identification.algorithm: ""
                    fetch.max.wait.ms: 20
                    metadata.recovery.rebootstrap.trigger.ms: 60000
                """),
            Map.of("RINGPOST_KAFKA_PROPERTIES_FETCH_MAX_WAIT_MS", "30"));

    assertThat(config.kafka().clientProperties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", " org.example.Login required password=\"a${b}\\c,d\"; ")
        .containsEntry("ssl.endpoint.identification.algorithm", "")
        .containsEntry("fetch.max.wait.ms", "30")
        .containsEntry("metadata.recovery.rebootstrap.trigger.ms", "60000");
  }

  @Test
  void aCertificateMayHaveNoPassphrase() {
    folder.certificate("desk", "");

    RingpostConfig config =
        folder.load(
            """
            kafka: {bootstrap-servers: kafka:9092}
            apps:
              - bundle-ids: com.example.desk
                certificate: {file: desk.p12}
            """);

    assertThat(config.apps().getFirst().credential())
        .isEqualTo(
            new CredentialSettings.Certificate(
                folder.path("desk.p12"), Optional.empty(), Optional.empty()));
  }

  @Test
  void oneAppMayHaveACredentialPerEnvironment() {
    RingpostConfig config =
        folder.load(
            """
            kafka: {bootstrap-servers: kafka:9092}
            apps:
              - bundle-ids: com.example.phone
                environments: production
                key: &key {file: phone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
              - bundle-ids: com.example.phone
                environments: sandbox
                key: {<<: *key, key-id: XYZ123DEFG}
            """);

    assertThat(config.apps()).extracting(AppConfig::environments).hasSize(2);
    assertThat(config.apps().get(1).credential())
        .isEqualTo(
            new CredentialSettings.SigningKey(folder.path("phone.p8"), "XYZ123DEFG", "TEAM123456"));
  }

  @Test
  void aGroupWhoseKeysAreAllCommentedOutHasItsDefaults() {
    RingpostConfig config = folder.load(ConfigFolder.SMALLEST + "admin:\n  #port: 9090\n");

    assertThat(config.admin().port()).isEqualTo(8080);
  }

  @Test
  void printingAConfigurationShowsNoSecret() {
    folder
        .certificate("desk", ConfigFolder.PASSPHRASE)
        .write("desk.passphrase", ConfigFolder.PASSPHRASE);

    RingpostConfig config =
        folder.load(
            """
            kafka:
              bootstrap-servers: kafka:9092
              properties: {security.protocol: SASL_SSL, sasl.jaas.config: hunter2}
            apps:
              - bundle-ids: com.example.desk
                certificate: {file: desk.p12, passphrase-file: desk.passphrase}
            """);

    assertThat(config.toString())
        .contains("sasl.jaas.config", "desk.p12")
        .doesNotContain("hunter2", ConfigFolder.PASSPHRASE);
  }
}
