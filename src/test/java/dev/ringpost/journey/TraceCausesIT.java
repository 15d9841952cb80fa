package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.journey.TypedCommands.Ended;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code ringpost trace} as it is typed, where APNs does not know the key in production, and in the
 * sandbox does.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceCausesIT {

  private static final Duration WITHIN = Duration.ofSeconds(40);

  /** No longer than the wait before the first retry, so that the first try is the last one. */
  private static final Duration ONE_TRY = Duration.ofSeconds(1);

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    var credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    LocalApns production = apns(credentials).start();
    LocalApns sandbox = apns(credentials).key(key).start();
    Path config =
        ConfigFile.of(kafka.bootstrapServers())
            .apns(credentials, production, sandbox)
            .apps(CallEnvironment.PHONE.value(), key)
            .with("admin:\n  host: localhost\n  port: 0\n")
            .write(folder.resolve("ringpost.yaml"));
    environment =
        CallEnvironment.of(kafka.bootstrapServers(), production, sandbox, config).startWorker();
  }

  private static LocalApns.Builder apns(LocalCredentials credentials) {
    return LocalApns.builder(credentials).topic(CallEnvironment.PHONE.voipTopic());
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  void aKeyThatApnsDoesNotKnow() {
    var user = new UserId("refused");
    Device phone = environment.phone("iphone-1");
    environment.platform().register(user, phone);
    JsonNode told =
        await()
            .atMost(WITHIN)
            .until(
                () ->
                    environment.resultOf(
                        environment.platform().invite(environment.freshCall(), user, ONE_TRY)),
                result -> result.at("/devices/0/status").asInt() == 403);
    String call = told.path("callId").asText();

    Ended text = typed("trace", call);
    assertThat(text.firstLine())
        .startsWith("Likely cause: iphone-1 (" + phone.token().digest() + "): ")
        .contains("APNs does not believe the key: it is revoked")
        .contains(" (403 InvalidProviderToken, production)");
    assertThat(causeOf(call)).isEqualTo("credential");
  }

  @TestInTurn
  void aTopicThatTheCredentialMayNotUse() {
    var user = new UserId("disallowed");
    Device phone = sandboxPhone();
    environment.give(user, phone);
    environment.sandbox().answer(phone.token(), Behaviour.rejects(400, "TopicDisallowed"));
    CallId call = called(user);

    assertThat(causeOf(call.value())).isEqualTo("wrong_topic");
    assertThat(typed("trace", call.value()).firstLine())
        .contains("the key or certificate may not push to this app (400 TopicDisallowed, sandbox)");
  }

  @TestInTurn
  void aPhoneThatAnotherUserRegisteredLater() {
    var seller = new UserId("seller");
    var buyer = new UserId("buyer");
    Device phone = sandboxPhone();
    environment.give(seller, phone);
    environment.give(
        buyer,
        new Device(
            new DeviceId("bought"),
            phone.token(),
            phone.app(),
            phone.environment(),
            phone.registeredAt().plusMillis(1)));
    String call = called(seller).value();

    assertThat(causeOf(call)).isEqualTo("other_user");
    assertThat(typed("trace", call).firstLine())
        .startsWith("Likely cause: seller has registered an iPhone, but at ")
        .contains("its token was another user's, who registered it later");
    assertThat(typed("trace", call).out())
        .contains("no_devices (other_user: ", "registered 0, dead 0", "another user's 1");
  }

  @TestInTurn
  void appleIsToldTheSameInJsonAndTheTokenOnlyIfItIsAskedFor() {
    var user = new UserId("asked-about");
    Device phone = sandboxPhone();
    environment.give(user, phone);
    String call = called(user).value();
    String hex = phone.token().hex();

    JsonNode bare = typed("trace", call, "--for-apple", "-o", "json").json();
    assertThat(bare.isArray()).isTrue();
    assertThat(bare).hasSize(1);
    assertThat(environment.sandbox().pushes(phone.token()))
        .extracting(push -> push.header("apns-id"))
        .contains(bare.at("/0/apnsId").asText());
    assertThat(bare.at("/0/tokenDigest").asText()).isEqualTo(phone.token().digest().value());
    assertThat(bare.at("/0/environment").asText()).isEqualTo("sandbox");
    assertThat(bare.at("/0/status").asInt()).isEqualTo(200);
    assertThat(bare.toString()).doesNotContain(hex);

    assertThat(typed("trace", call, "--for-apple", "--reveal").out())
        .contains("token:           " + hex);
    assertThat(revealed(call).at("/0/token").asText()).isEqualTo(hex);
  }

  @TestInTurn
  void aTokenThatIsNotRegisteredAnyMoreIsNotShown() {
    var user = new UserId("moved-on");
    Device phone = sandboxPhone();
    environment.give(user, phone);
    String call = called(user).value();

    Device renewed = sandboxPhone();
    environment.platform().register(user, renewed);
    JsonNode other = revealed(call);
    assertThat(other.at("/0/tokenNotShown").asText())
        .contains("the registration has changed", renewed.token().digest().value());
    assertThat(other.toString()).doesNotContain(phone.token().hex(), renewed.token().hex());

    environment.platform().remove(user, phone.id());
    JsonNode gone = revealed(call);
    assertThat(gone.at("/0/tokenNotShown").asText()).contains("is not registered now");
    assertThat(gone.at("/0").has("token")).isFalse();
  }

  @TestInTurn
  void aCallOfAnotherTimeIsFoundAroundIt() {
    Instant before = Instant.now();
    var nobody = new UserId("nobody-here");
    String call = called(nobody).value();

    Ended found = typed("trace", call, "--around", before.toString(), "--window", "10m");
    assertThat(found.code()).isZero();
    assertThat(found.firstLine()).contains("No iPhone of nobody-here was registered");
    String elsewhere = before.atOffset(ZoneOffset.ofHours(2)).toString();
    assertThat(typed("trace", call, "--around", elsewhere, "--window", "10m").code()).isZero();

    String hourBefore = before.minus(Duration.ofHours(1)).toString();
    Ended missed = typed("trace", call, "--around", hourBefore, "--window", "10m");
    assertThat(missed.code()).isEqualTo(66);
    assertThat(missed.firstLine()).contains("No record of this call stands in that stretch");
    Ended nothing = typed("trace", call, "--around", hourBefore, "--for-apple", "-o", "json");
    assertThat(nothing.code()).isEqualTo(66);
    assertThat(nothing.json()).isEmpty();
  }

  private Device sandboxPhone() {
    return environment.phone("iphone-1", CallEnvironment.PHONE, Environment.SANDBOX);
  }

  private CallId called(UserId user) {
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));
    return call;
  }

  private JsonNode revealed(String call) {
    Ended ended = typed("trace", call, "--for-apple", "--reveal", "-o", "json");
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.json();
  }

  private String causeOf(String call) {
    return typed("trace", call, "-o", "json").json().at("/invites/0/likelyCause/code").asText();
  }

  private Ended typed(String... command) {
    return new TypedCommands(environment.config()).run(command);
  }
}
