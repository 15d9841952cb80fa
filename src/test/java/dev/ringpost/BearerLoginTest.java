package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TokenEndpoint;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.check.TopicInspection;
import dev.ringpost.tools.topics.IdentityProvider;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that lets in by tokens of an identity provider, which may be away or refuse. */
@Timeout(120)
class BearerLoginTest {

  private static final String APP = "com.example.phone";

  @TempDir Path folder;

  private LocalCredentials credentials;
  private TokenEndpoint provider;

  @BeforeEach
  void start() throws Exception {
    credentials = LocalCredentials.in(folder);
    provider = TokenEndpoint.start();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void aTokenOpensTheClusterAndItsUrlIsWrittenOnce() throws Exception {
    Map<String, String> properties = provider.properties();
    // the broker's, which is in this process
    properties.put("sasl.oauthbearer.jwks.endpoint.url", provider.keysUrl());
    int port = FreePort.find();
    RingpostConfig config = config("localhost:" + port, properties);
    IdentityProvider.of(config.kafka()).orElseThrow().allow();

    try (LocalKafka _ = LocalKafka.withTokens(port, provider)) {
      assertThat(topics(config))
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line.severity()).isEqualTo(Severity.OK));
    }
  }

  @Test
  void aProviderThatIsAwayIsNoFaultOfTheConfigurationAndIsTold() throws Exception {
    RingpostConfig config = config("127.0.0.1:9", provider.properties());
    provider.close();

    assertThat(problems(config)).isEmpty();
    assertThat(topics(config))
        .filteredOn(line -> line.severity() == Severity.FAILED)
        .singleElement()
        .asString()
        .contains(
            "the identity provider at " + provider.url() + " did not answer: Connection refused");
  }

  @Test
  void aProviderInTroubleIsNoFaultOfTheConfiguration() throws Exception {
    provider.answer(503, "{}");

    assertThat(problems(config("127.0.0.1:9", provider.properties()))).isEmpty();
  }

  @Test
  void aClientThatTheProviderRefusesIsAProblemWithoutItsSecret() throws Exception {
    provider.answer(401, "{\"error\":\"invalid_client\"}");

    assertThat(problems(config("127.0.0.1:9", provider.properties())))
        .singleElement()
        .asString()
        .startsWith(
            "kafka.properties: get no token from the identity provider at " + provider.url())
        .contains("401")
        .doesNotContain(TokenEndpoint.SECRET, "hunter");
  }

  @Test
  void aProviderThatRepeatsASecretIsNotQuoted() throws Exception {
    provider.answer(400, "{\"error\":\"no client knows " + TokenEndpoint.SECRET + "\"}");

    assertThat(problems(config("127.0.0.1:9", provider.properties())))
        .singleElement()
        .asString()
        .doesNotContain("hunter");
  }

  @Test
  void aLoginThatCannotBeReadIsAProblemWithoutItsSecret() throws Exception {
    Map<String, String> properties = provider.properties();
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule hunter2 id=\"a\"");

    assertThat(problems(config("127.0.0.1:9", properties)))
        .singleElement()
        .asString()
        .contains("sasl.jaas.config cannot be read")
        .doesNotContain("hunter");
  }

  @Test
  void aProviderThatIsNotNamedIsAProblem() throws Exception {
    Map<String, String> properties = provider.properties();
    properties.remove("sasl.oauthbearer.token.endpoint.url");

    assertThat(problems(config("127.0.0.1:9", properties)))
        .singleElement()
        .asString()
        .contains("sasl.oauthbearer.token.endpoint.url");
  }

  private static List<CheckLine> topics(RingpostConfig config) throws InvalidConfigException {
    return TopicInspection.of(config).report(true).lines();
  }

  private static List<String> problems(RingpostConfig config) {
    try {
      SettingsCheck.require(config);
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private RingpostConfig config(String brokers, Map<String, String> properties)
      throws InvalidConfigException {
    return ConfigLoader.load(
        ConfigFile.of(brokers, properties)
            .with("apps:\n")
            .andApp(APP, credentials.clientCertificate(APP, "s3cret"))
            .write(folder.resolve("ringpost.yaml")),
        Map.of(),
        InstantSource.system());
  }
}
