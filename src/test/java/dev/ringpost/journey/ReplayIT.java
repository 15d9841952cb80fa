package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.WireTime;
import dev.ringpost.journey.TypedCommands.Ended;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.dlq.ReplayReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The replay of dead letters; what ends a run in its midst is in {@link ReplayDrill}. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayIT {

  private static final AtomicInteger USERS = new AtomicInteger();
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private LocalKafka kafka;
  private CallEnvironment environment;
  private ReplayFixture letters;
  private TypedCommands typed;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    letters = new ReplayFixture(environment);
    typed = new TypedCommands(environment.config());
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  void aRefusedCallRingsOnceItsMistakeIsMended() throws Exception {
    UserId user = freshUser();
    var phone = environment.phone("iphone-1");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.rejects(400, "TopicDisallowed"));
    environment.resultOf(
        environment.platform().invite(environment.freshCall(), user, CallEnvironment.RING));
    var order = ReplayFixture.order(user, Optional.of("wrong_topic"), false);
    JsonNode dry =
        await()
            .atMost(WITHIN)
            .until(() -> json(letters.dryRun(order)), it -> it.at("/counts/chosen").asInt() == 1);
    assertThat(dry.path("dryRun").asBoolean()).isTrue();

    environment.production().answer(phone.token(), Behaviour.accepts());
    JsonNode done = json(letters.run(order)).at("/letters/0");

    assertThat(done.path("fate").asText()).isEqualTo("replayed");
    await()
        .atMost(WITHIN)
        .until(
            () ->
                environment.production().pushes(phone.token()).stream()
                    .anyMatch(push -> push.json().at("/call/id").equals(done.path("callId"))));
    JsonNode again = json(letters.run(order));
    assertThat(again.at("/counts/replayed").asInt()).isZero();
    assertThat(again.at("/counts/replayed_before").asInt()).isOne();
  }

  @TestInTurn
  void aReplayedInviteKeepsItsDeadlineAndItsSendersHeaders() throws Exception {
    UserId user = freshUser();
    Instant until = Instant.now().plusSeconds(70);
    Origin letter = letters.letter("internal", user, until);

    letters.run(ReplayFixture.order(user, Optional.empty(), false));

    Envelope invite = letters.published(List.of(letter)).getFirst();
    JsonNode json = CallPlatform.json(new String(invite.value(), UTF_8));
    assertThat(json.path("expiresAt").asText()).isEqualTo(WireTime.of(until));
    assertThat(json.path("invitedAt").asText()).isEqualTo(WireTime.of(until.minusSeconds(90)));
    assertThat(json.has("ringSeconds")).isFalse();
    assertThat(invite.headers())
        .extracting("key")
        .containsExactly("x-tenant", "ringpost-replay-of");
    String mark = "{\"ringpost-replay-of\": \"%s\"}".formatted(ReplayFixture.mark(invite));
    assertThat(EventSchema.of("invite-headers.json").closed().flaws(mark)).isEmpty();
  }

  @TestInTurn
  void whatIsOverIsLeftAndRingsFromNowOnIfItIsAskedFor() throws Exception {
    UserId user = freshUser();
    Origin late = letters.letter("internal", user, Instant.now().minusSeconds(60));
    Origin ended = letters.letter("internal", user, Instant.now().plusSeconds(60));
    letters.letter("not_json", "no JSON", Instant.now().plusSeconds(60));
    String call =
        json(letters.dryRun(ReplayFixture.order(user, Optional.empty(), false)))
            .at("/letters/1/callId")
            .asText();
    environment
        .platform()
        .store(
            new ProducerRecord<>(
                CallPlatform.SIGNALS,
                "{\"callId\": \"%s\", \"type\": \"cancelled\"}".formatted(call).getBytes(UTF_8)));

    JsonNode left = json(letters.run(ReplayFixture.order(user, Optional.empty(), false)));
    assertThat(left.at("/counts/over").asInt()).isOne();
    assertThat(left.at("/counts/ended").asInt()).isOne();
    assertThat(letters.published(List.of(late, ended))).isEmpty();

    Instant before = Instant.now().minusSeconds(1);
    letters.run(ReplayFixture.order(user, Optional.empty(), true));
    assertThat(letters.published(List.of(late, ended)))
        .hasSize(2)
        .allSatisfy(
            invite ->
                assertThat(
                        Instant.parse(
                            CallPlatform.json(new String(invite.value(), UTF_8))
                                .path("invitedAt")
                                .asText()))
                    .isAfter(before));
  }

  @TestInTurn
  void lettersThatWereNotChosenAreReplayedLater() throws Exception {
    UserId user = freshUser();
    List<Origin> chosen = new ArrayList<>();
    List<Origin> others = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String reason = i % 3 == 0 ? "wrong_topic" : "internal";
      (i % 3 == 0 ? chosen : others).add(letters.letter(reason, user, later()));
    }

    letters.run(ReplayFixture.order(user, Optional.of("wrong_topic"), false));
    assertThat(letters.published(others)).isEmpty();
    letters.run(ReplayFixture.order(user, Optional.empty(), false));

    assertThat(letters.published(chosen)).hasSize(4).doesNotHaveDuplicates();
    assertThat(letters.published(others)).hasSize(8);
    assertThat(
            json(letters.run(ReplayFixture.order(user, Optional.empty(), false)))
                .at("/counts/replayed_before")
                .asInt())
        .isEqualTo(12);
  }

  @TestInTurn
  void aTypedDryRunTellsEachFateAndPublishesNothing() throws Exception {
    UserId user = freshUser();
    Origin live = letters.letter("internal", user, later());
    Origin late = letters.letter("internal", user, Instant.now().minusSeconds(60));
    String[] command = {"dlq", "replay", "--callee", user.value(), "--window", "15m", "--dry-run"};

    Ended dry = typed.json(command);

    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.json().path("dryRun").asBoolean()).isTrue();
    assertThat(dry.json().at("/counts/chosen").asInt()).isOne();
    assertThat(dry.json().at("/counts/over").asInt()).isOne();
    assertThat(typed.run(command).out())
        .contains("would be replayed", "Nothing was published: a dry run.");
    assertThat(letters.published(List.of(live, late))).isEmpty();
    assertThat(typed.json("dlq", "replay", "--callee", "nobody", "--dry-run").code()).isEqualTo(66);
    assertThat(typed.json("dlq", "replay", "--callee", "nobody").code()).isEqualTo(66);
  }

  @TestInTurn
  void whatIsOverRingsAsLongAsItIsTyped() throws Exception {
    UserId user = freshUser();
    Origin late = letters.letter("internal", user, Instant.now().minusSeconds(60));
    String[] command = {"dlq", "replay", "--callee", user.value(), "--even-if-over"};

    Ended done = typed.json(TypedCommands.with(command, "--ring-seconds", "20"));

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.json().at("/counts/replayed").asInt()).isOne();
    JsonNode invite =
        CallPlatform.json(new String(letters.published(List.of(late)).getFirst().value(), UTF_8));
    assertThat(Instant.parse(invite.path("expiresAt").asText()))
        .isEqualTo(Instant.parse(invite.path("invitedAt").asText()).plusSeconds(20));
  }

  @TestInTurn
  void aTypedRateIsNotExceeded() throws Exception {
    UserId user = freshUser();
    List<Origin> chosen = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      chosen.add(letters.letter("internal", user, later()));
    }

    Ended done = typed.json("dlq", "replay", "--callee", user.value(), "--per-second", "4");

    assertThat(done.code()).as(done.err()).isZero();
    List<Instant> times =
        letters.published(chosen).stream().map(it -> it.origin().timestamp()).sorted().toList();
    assertThat(times).hasSize(6);
    // a quarter of a second from each to the next, but for the first, which may be stored late
    assertThat(Duration.between(times.getFirst(), times.getLast()))
        .isGreaterThan(Duration.ofMillis(990));
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @CsvSource({
    "--ring-seconds 20, needs --even-if-over: others keep their deadline",
    "--even-if-over --ring-seconds 0, --ring-seconds must be at least 1",
    "--even-if-over --ring-seconds 3600, --ring-seconds is above ring.max",
    "--per-second 0, --per-second: must be 0.01 to 100",
    "--per-second 101, --per-second: must be 0.01 to 100"
  })
  void whatIsTypedWronglyReplaysNothing(String options, String words) {
    Ended ended = typed.run(("dlq replay " + options).split(" ", -1));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains(words);
    assertThat(ended.out()).isEmpty();
  }

  private static Instant later() {
    return Instant.now().plusSeconds(90);
  }

  private static UserId freshUser() {
    return new UserId("replayed-" + USERS.incrementAndGet());
  }

  private static JsonNode json(ReplayReport report) {
    return CallPlatform.json(report.json());
  }
}
