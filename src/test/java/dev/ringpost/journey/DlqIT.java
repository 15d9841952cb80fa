package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedCallEnvironment.invite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.dlq.LetterFilter;
import dev.ringpost.tools.dlq.LetterList;
import dev.ringpost.tools.dlq.LetterView;
import dev.ringpost.tools.records.Stretch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of three reasons, as an operator finds them. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DlqIT {

  private static final AtomicInteger USERS = new AtomicInteger();

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void lettersOfThreeReasonsAreCountedAndShown() throws Exception {
    UserId user = freshUser();
    var phone = environment.phone("iphone-1");
    environment.give(user, phone);
    CallId flawed = environment.freshCall();
    published(
        invite(flawed, user, "\"ringSeconds\": -3")
            .replace("\"uri\"", "\"name\": \"Robert\", \"uri\""));
    CallId large = environment.freshCall();
    published(invite(large, user, "\"custom\": {\"t\": \"%s\"}".formatted("x".repeat(5000))));
    environment.production().answer(phone.token(), Behaviour.rejects(400, "TopicDisallowed"));
    CallId refused = environment.freshCall();
    environment.resultOf(environment.platform().invite(refused, user, CallEnvironment.RING));

    // a letter may be stored a little after its result
    LetterList all =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> list(filter(Optional.empty(), user)),
                it -> it.json().contains("wrong_topic"));
    JsonNode json = CallPlatform.json(all.json());

    assertThat(json.at("/reasons/invalid_field").asInt()).isOne();
    assertThat(json.at("/reasons/payload_too_large").asInt()).isOne();
    assertThat(json.at("/reasons/wrong_topic").asInt()).isOne();
    assertThat(json.findValuesAsText("callId"))
        .containsExactlyInAnyOrder(flawed.value(), large.value(), refused.value());
    assertThat(String.join("\n", all.text()))
        .contains("       1  wrong_topic", user.value(), "ringSeconds")
        .doesNotContain("Robert");

    JsonNode one =
        CallPlatform.json(list(filter(Optional.of("invalid_field"), user)).json()).at("/letters/0");
    assertThat(one.path("callId").asText()).isEqualTo(flawed.value());
    LetterView view = view(one.path("letter").asText(), false);
    assertThat(String.join("\n", view.text()))
        .contains("a field has a value that cannot be used", "ringpost-stage: decode")
        .doesNotContain("Robert");
    assertThat(CallPlatform.json(view(one.path("letter").asText(), true).json()).path("value"))
        .asString()
        .contains("Robert");
    assertThat(view("0@999999", false).isFound()).isFalse();
    assertThat(list(filter(Optional.of("not_json"), user)).isFound()).isFalse();
  }

  private static UserId freshUser() {
    return new UserId("lettered-" + USERS.incrementAndGet());
  }

  private void published(String invite) {
    environment.resultOf(environment.platform().publish(null, invite));
  }

  private static LetterFilter filter(Optional<String> reason, UserId callee) {
    return new LetterFilter(
        reason, Optional.of(callee.value()), Optional.empty(), Optional.empty());
  }

  private LetterList list(LetterFilter filter) throws Exception {
    return LetterList.read(config(), lately(), filter, (_, _) -> {});
  }

  private LetterView view(String place, boolean reveal) throws Exception {
    String[] parts = place.split("@", 2);
    return LetterView.read(config(), Integer.parseInt(parts[0]), Long.parseLong(parts[1]), reveal);
  }

  private static Stretch lately() {
    return Stretch.upTo(Instant.now(), Duration.ofMinutes(15));
  }

  private RingpostConfig config() throws Exception {
    return ConfigLoader.loadWithoutApple(environment.config(), Map.of());
  }
}
