package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedCallEnvironment.invite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.journey.TypedCommands.Ended;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters of three reasons, as an operator finds them. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DlqIT {

  private static final AtomicInteger USERS = new AtomicInteger();
  private static final Duration WITHIN = Duration.ofSeconds(20);

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
            .atMost(WITHIN)
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

  @Test
  void aTypedListChoosesByAppStageAndTime() {
    UserId user = freshUser();
    environment.give(user, environment.phone("iphone-1"));
    CallId flawed = environment.freshCall();
    published(invite(flawed, user, "\"ringSeconds\": -3"));
    CallId large = environment.freshCall();
    String custom = "\"custom\": {\"t\": \"%s\"}".formatted("x".repeat(5000));
    published(invite(large, user, "\"app\": \"com.example.phone\", " + custom));

    JsonNode all = await().atMost(WITHIN).until(() -> listed(user), it -> calls(it).size() == 2);
    assertThat(calls(listed(user, "--app", "com.example.phone"))).containsExactly(large.value());
    assertThat(calls(listed(user, "--stage", "decode"))).containsExactly(flawed.value());
    assertThat(calls(listed(user, "--stage", "deliver"))).containsExactly(large.value());

    Instant at = Instant.parse(all.at("/letters/0/at").asText());
    assertThat(calls(listed(user, "--around", at.toString(), "--window", "2m"))).hasSize(2);
    for (Instant elsewhen : List.of(at.minusSeconds(3600), at.plusSeconds(3600))) {
      Ended none = typedList(user, "--around", elsewhen.toString(), "--window", "1h");
      assertThat(none.code()).isEqualTo(66);
      assertThat(none.json().path("found").asBoolean()).isFalse();
    }
    assertThat(typedList(user, "--app", "com.example.desk").code()).isEqualTo(66);

    Ended text = typed().run("dlq", "list", "--callee", user.value());
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("       1  invalid_field", "       1  payload_too_large", flawed.value())
        .doesNotContain("sip:bob");
  }

  @Test
  void aTypedLetterIsShownOrHasAnExitCodeOfItsOwn() {
    UserId user = freshUser();
    published(invite(environment.freshCall(), user, "\"ringSeconds\": -3"));
    String place =
        await()
            .atMost(WITHIN)
            .until(() -> listed(user), it -> calls(it).size() == 1)
            .at("/letters/0/letter")
            .asText();

    Ended shown = typed().run("dlq", "show", place);
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains("Mend: ", "ringpost-stage: decode", "--reveal shows key and value")
        .doesNotContain("sip:bob");
    assertThat(typed().run("dlq", "show", place, "--reveal").out()).contains("sip:bob");

    Ended none = typed().run("dlq", "show", "0@999999");
    assertThat(none.code()).isEqualTo(66);
    assertThat(none.out()).contains("No dead letter stands at that place.");
  }

  @ParameterizedTest
  @CsvSource({
    "show first, PARTITION@OFFSET must be a place such as 3@1042",
    "list --window 169h, --window must be 1s to 168h",
    "list --window 0s, --window must be 1s to 168h",
    "list --around yesterday, --around must be a time"
  })
  void whatIsTypedWronglyIsAShortError(String command, String words) {
    Ended ended = typed().run(("dlq " + command).split(" ", -1));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains(words);
    assertThat(ended.out()).isEmpty();
  }

  private TypedCommands typed() {
    return new TypedCommands(environment.config());
  }

  /** A list of a user's letters, as it is typed. */
  private Ended typedList(UserId callee, String... options) {
    List<String> list = new ArrayList<>(List.of("dlq", "list", "--callee", callee.value()));
    list.addAll(List.of(options));
    return typed().json(list.toArray(String[]::new));
  }

  private JsonNode listed(UserId callee, String... options) {
    return typedList(callee, options).json();
  }

  private static List<String> calls(JsonNode list) {
    return list.findValuesAsText("callId");
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
