package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.TokenEndpoint;
import dev.ringpost.tools.topics.IdentityProvider.Answer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider of tokens that is well, away or unwilling, as Kafka's own client meets it. */
@Timeout(120)
class IdentityProviderTest {

  @Test
  void oneThatGivesATokenIsWell() throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      assertThat(ask(kafka(endpoint.properties()))).isEqualTo(new Answer.Token());
    }
  }

  @Test
  void oneThatRefusesConnectionsIsAway() throws Exception {
    TokenEndpoint endpoint = TokenEndpoint.start();
    endpoint.close();

    assertThat(ask(kafka(endpoint.properties())))
        .isEqualTo(
            new Answer.Away(
                "the identity provider at "
                    + endpoint.url()
                    + " did not answer: Connection refused"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void oneInTroubleIsAway(int status) throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      endpoint.answer(status, "{}");

      assertThat(ask(kafka(endpoint.properties())))
          .isInstanceOfSatisfying(
              Answer.Away.class,
              away -> assertThat(away.words()).contains(endpoint.url(), "" + status));
    }
  }

  @Test
  void oneThatAcceptsAndIsSilentIsAway() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Map<String, String> properties =
          TokenEndpoint.properties("http://127.0.0.1:" + silent.getLocalPort() + "/token");
      properties.put("sasl.login.read.timeout.ms", "300");

      assertThat(ask(kafka(properties))).isInstanceOf(Answer.Away.class);
    }
  }

  @Test
  void withoutTheOperatorsTimeOutsASilentOneIsBoundedToo() {
    assertThat(kafka(TokenEndpoint.properties("http://127.0.0.1:1/")).clientProperties())
        .containsEntry("sasl.login.connect.timeout.ms", 10_000)
        .containsEntry("sasl.login.read.timeout.ms", 10_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404})
  void oneThatRefusesIsNotAway(int status) throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      endpoint.answer(status, "{\"error\":\"invalid_client\"}");

      assertThat(ask(kafka(endpoint.properties()))).isInstanceOf(Answer.Refused.class);
    }
  }

  @Test
  void anAnswerThatIsNoTokenIsNotAway() throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      endpoint.answer(200, "<html>Please log in</html>");

      assertThat(ask(kafka(endpoint.properties()))).isInstanceOf(Answer.Refused.class);
    }
  }

  @Test
  void whatIsNotNamedMayNotBeAsked() throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      IdentityProvider provider = IdentityProvider.of(kafka(endpoint.properties())).orElseThrow();

      assertThat(provider.ask())
          .isInstanceOfSatisfying(
              Answer.Refused.class, refused -> assertThat(refused.words()).contains("allowed"));
    }
  }

  @Test
  void aClusterWithoutOneHasNone() {
    assertThat(IdentityProvider.of(kafka(Map.of()))).isEmpty();
  }

  /** Somebody else in this process may have allowed another one. */
  @Test
  void whatIsAllowedAlreadyStaysSo() throws Exception {
    String property = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    String before = System.getProperty(property, "");
    String other = "https://login.example.com/token";
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      System.setProperty(property, other);
      IdentityProvider provider = IdentityProvider.of(kafka(endpoint.properties())).orElseThrow();
      provider.allow();
      provider.allow();

      assertThat(System.getProperty(property).split(",", -1))
          .containsExactlyInAnyOrder(other, endpoint.url());
    } finally {
      System.setProperty(property, before);
    }
  }

  @Test
  void aHeldLoginOutlivesItsProvider() throws Exception {
    TokenEndpoint endpoint = TokenEndpoint.start();
    Map<String, String> properties = endpoint.properties();
    properties.put("sasl.login.retry.backoff.max.ms", "100");
    Kafka kafka = kafka(properties);
    try (var login = new KafkaLogin(kafka)) {
      IdentityProvider.of(kafka).orElseThrow().allow();
      assertThat(login.await(new CountDownLatch(1))).isTrue();
      endpoint.close();

      try (Admin admin = Admin.create(kafka.clientProperties());
          var producer =
              new KafkaProducer<>(
                  kafka.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
        assertThat(admin).isNotNull();
        assertThat(producer).isNotNull();
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
      }
    } finally {
      endpoint.close();
    }
  }

  @Test
  void oneThatIsAwayIsWaitedFor() throws Exception {
    try (TokenEndpoint endpoint = TokenEndpoint.start()) {
      Kafka kafka = kafka(endpoint.properties());
      IdentityProvider.of(kafka).orElseThrow().allow();
      endpoint.answer(503, "{}");
      try (var login = new KafkaLogin(kafka)) {
        var waiting = CompletableFuture.supplyAsync(() -> login.await(new CountDownLatch(1)));
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> login.trouble().orElse("").contains("did not answer"));
        assertThat(waiting).isNotDone();

        endpoint.giveTokens();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(login.trouble()).isEmpty();
      }
    }
  }

  @Test
  void aWorkerThatIsStoppedWaitsNoLonger() throws Exception {
    TokenEndpoint endpoint = TokenEndpoint.start();
    endpoint.close();
    Kafka kafka = kafka(endpoint.properties());
    IdentityProvider.of(kafka).orElseThrow().allow();
    var stopping = new CountDownLatch(1);
    stopping.countDown();
    try (var login = new KafkaLogin(kafka)) {
      assertThat(login.await(stopping)).isFalse();
    }
  }

  private static Answer ask(Kafka kafka) {
    IdentityProvider provider = IdentityProvider.of(kafka).orElseThrow();
    provider.allow();
    return provider.ask();
  }

  private static Kafka kafka(Map<String, String> properties) {
    Map<String, Secret> secrets = new HashMap<>();
    properties.forEach((name, value) -> secrets.put(name, new Secret(value)));
    return new Kafka(List.of(new Server("127.0.0.1", 9)), secrets, GroupProtocol.CLASSIC);
  }
}
