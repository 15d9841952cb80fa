package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.payload.VoipPayload;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.OddField;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The schemas of {@code docs/schemas}, compared with what the code reads and writes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventSchemasTest {
  private static final Flaw FLAW = new Flaw(DeadLetterReason.WRONG_TOPIC, "words");

  /** The name of a field where an invite's reader asks for it; others come from a list. */
  private static final Pattern ASKED =
      Pattern.compile("(?:\\.path|\\brequired|\\brequiredText)\\(\\s*(?:\\w+,\\s*)?\"([\\w.]+)\"");

  @Test
  void everySchemaIsOneAndHasItsName() {
    assertThat(EventSchema.files()).hasSize(14);
    for (String file : EventSchema.files()) {
      EventSchema schema = EventSchema.of(file);
      assertThat(schema.ownFlaws()).as(file).isEmpty();
      assertThat(schema.at("/$schema").asText())
          .isEqualTo("https://json-schema.org/draft/2020-12/schema");
      assertThat(schema.at("/$id").asText()).isEqualTo("https://ringpost.dev/schemas/v1/" + file);
    }
  }

  @Test
  void theFieldsThatAreReadAreThoseOfTheSchemas() throws IOException {
    EventSchema invite = EventSchema.of("invite.json");

    assertThat(fieldsOfInvites(invite.fields())).isEqualTo(invite.fields());
    assertThat(EventSchema.of("token.json").fields())
        .containsExactlyInAnyOrderElementsOf(TokenCodec.FIELDS);
    assertThat(EventSchema.of("signal.json").fields())
        .containsExactlyInAnyOrderElementsOf(SignalCodec.FIELDS);
    assertThat(EventSchema.of("invalidation.json").fields())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(InvalidationCodec.FIELDS.stream(), Stream.of("reason")).toList());
  }

  /** What the reader of invites asks for; a nested field may go by its own name alone. */
  private static Set<String> fieldsOfInvites(Set<String> known) throws IOException {
    Set<String> fields = new TreeSet<>();
    for (OddField field : OddField.values()) {
      fields.add(field.json());
    }
    for (String source : List.of("InviteFields", "InviteDecoder")) {
      Path file = Path.of("src", "main", "java", "dev", "ringpost", "events", source + ".java");
      ASKED
          .matcher(Files.readString(file))
          .results()
          .map(asked -> asked.group(1))
          .map(name -> known.contains("caller." + name) ? "caller." + name : name)
          .forEach(fields::add);
    }
    return fields;
  }

  @Test
  void everyResultKeepsItsSchemaAndEveryFieldOfTheSchemaIsWritten() {
    EventSchema published = EventSchema.of("result.json");
    EventSchema closed = published.closed();
    Set<String> written = new TreeSet<>();
    for (String result : results()) {
      assertThat(closed.flaws(result)).as(result).isEmpty();
      written.addAll(EventSchema.fieldsOf(result));
    }

    assertThat(written).isEqualTo(published.fields());
  }

  /** A schema cannot ask for it: what older workers wrote lacks a field that came later. */
  @Test
  void aDeviceOfAResultAlwaysHasItsRegistration() {
    for (String result : results()) {
      for (JsonNode device : CallPlatform.json(result).path("devices")) {
        assertThat(device.path("app").asText()).as(result).isNotEmpty();
        assertThat(device.path("registeredEnvironment").asText()).as(result).isNotEmpty();
      }
    }
  }

  private static List<String> results() {
    List<String> results = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      results.add(result(verdict, Samples.report(pushes(), 1, 21, false)));
      results.add(result(verdict, Samples.pushes()));
      results.add(result(verdict, DeliveryReport.nothing()));
    }
    Arrival malformed = Samples.malformed(FLAW, Optional.of(Samples.CALL));
    results.add(
        result(
            CalleeAs.PLAIN,
            Verdict.FAILED,
            new Decision(
                malformed,
                DeliveryReport.nothing(),
                new Disposition.DeadLetter(FLAW),
                Samples.NOW)));
    results.add(
        result(
            CalleeAs.DIGEST,
            Verdict.FAILED,
            new Decision(Samples.invited(), Samples.pushes(), retry(), Samples.NOW)));
    results.addAll(SecondVerdicts.json());
    return results;
  }

  /** A device for each outcome, and one whose token is of the other environment. */
  private static List<PushReport> pushes() {
    List<PushReport> pushes = new ArrayList<>();
    for (PushOutcome outcome : outcomes()) {
      pushes.add(Samples.unanswered(Samples.device(outcome.code()), outcome));
    }
    pushes.add(
        Samples.from(
            Environment.SANDBOX,
            Samples.answered(
                Samples.device("phone"),
                new PushOutcome.Unregistered(Optional.of(Samples.NOW)),
                410,
                "Unregistered")));
    return pushes;
  }

  private static List<PushOutcome> outcomes() {
    return Stream.of(
            Stream.of(new PushOutcome.Accepted(), new PushOutcome.Unregistered(Optional.empty())),
            Arrays.stream(PushOutcome.RetryReason.values()).map(PushOutcome.TryAgain::new),
            Arrays.stream(PushOutcome.RejectionReason.values())
                .map(reason -> new PushOutcome.Refused(reason, "words")),
            Arrays.stream(PushOutcome.NotSentReason.values()).map(PushOutcome.NotSent::new))
        .flatMap(some -> some)
        .map(PushOutcome.class::cast)
        .toList();
  }

  private static String result(Verdict verdict, DeliveryReport report) {
    return result(
        CalleeAs.PLAIN,
        verdict,
        new Decision(Samples.invited(), report, new Disposition.Final(verdict), Samples.NOW));
  }

  private static String result(CalleeAs callee, Verdict verdict, Decision decision) {
    var json = new ResultJson(callee, (_, _) -> true);
    return new String(json.of(Samples.CALL, verdict, 1, true, decision), UTF_8);
  }

  private static Disposition.Retry retry() {
    return new Disposition.Retry(
        Attempt.first(Samples.invite())
            .having(Optional.of(FLAW))
            .next(Optional.of(Set.of(new DeviceId("phone"), new DeviceId("a,\"b"))), 1),
        new RetryLadder.Next(1, Samples.NOW.plusSeconds(1)));
  }

  @Test
  void anInvalidationKeepsItsSchema() {
    TokenInvalidation dead = Samples.invalidation();
    String written = new String(InvalidationJson.of(dead), UTF_8);

    assertThat(EventSchema.of("invalidation.json").closed().flaws(written)).isEmpty();
    assertThat(EventSchema.fieldsOf(written))
        .containsExactlyInAnyOrderElementsOf(
            EventSchema.of("invalidation.json").fields().stream()
                .filter(field -> !field.equals(ViewRecord.REMOVED))
                .toList());
  }

  @Test
  void thePushKeepsItsSchema() {
    EventSchema schema = EventSchema.of("push.json");
    Set<String> written = new TreeSet<>();
    for (Optional<SealKey> key : List.of(Optional.<SealKey>empty(), Optional.of(sealKey()))) {
      Device device =
          new Device(
              new DeviceId("phone"),
              VoipToken.parse("ab".repeat(32)),
              new BundleId("com.example.phone"),
              Environment.PRODUCTION,
              Samples.NOW,
              key);
      String push =
          new VoipPayload(PayloadSettings.DEFAULT)
              .render(Attempt.first(Samples.invite()), device, Samples.NOW);

      assertThat(schema.closed().flaws(push)).isEmpty();
      written.addAll(EventSchema.fieldsOf(push));
    }
    assertThat(written).isEqualTo(schema.fields());
  }

  private static SealKey sealKey() {
    byte[] bytes = new byte[SealKey.BYTES];
    Arrays.fill(bytes, (byte) 9);
    return SealKey.ofBytes(bytes);
  }

  @Test
  void theHeadersOfARetryKeepTheirSchema() {
    List<RecordHeader> whole = RetryHeaders.of(replayed(Samples.envelope()), retry());
    String recorded =
        Recorded.lines("retry-headers-1.txt").stream()
            .map(line -> line.split("=", 2))
            .filter(parts -> parts[0].startsWith(HeaderName.PREFIX))
            .map(parts -> field(parts[0], parts[1]))
            .collect(Collectors.joining(",", "{", "}"));
    EventSchema schema = EventSchema.of("retry-headers.json");

    assertThat(schema.closed().flaws(object(whole))).isEmpty();
    assertThat(schema.closed().flaws(recorded)).isEmpty();
    assertThat(EventSchema.fieldsOf(object(whole))).isEqualTo(schema.fields());
  }

  @Test
  void theHeadersOfADeadLetterKeepTheirSchema() {
    String unread = object(DeadLetterHeaders.of(Samples.malformed(FLAW, Optional.empty()), FLAW));
    var again = new Arrival.Invited(replayed(Samples.envelope()), Samples.invited().attempt());
    var whole = new ArrayList<>(DeadLetterHeaders.of(again, FLAW));
    whole.add(DeadLetterHeaders.valueSize(70_000));
    EventSchema schema = EventSchema.of("dead-letter-headers.json");

    assertThat(schema.closed().flaws(unread)).isEmpty();
    assertThat(schema.closed().flaws(object(whole))).isEmpty();
    assertThat(EventSchema.fieldsOf(object(whole))).isEqualTo(schema.fields());
    assertThat(schema.words("/properties/ringpost-stage"))
        .containsExactlyInAnyOrder("decode", "deliver");
  }

  @Test
  void everyHeaderStandsInASchema() {
    Set<String> known = new TreeSet<>(EventSchema.of("retry-headers.json").fields());
    known.addAll(EventSchema.of("dead-letter-headers.json").fields());

    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(HeaderName.values()).map(HeaderName::key).toList());
  }

  private static Envelope replayed(Envelope envelope) {
    List<RecordHeader> mark = List.of(HeaderName.REPLAY_OF.with("call-invites.dlq-3@1042"));
    return new Envelope(envelope.origin(), envelope.key(), envelope.value(), mark);
  }

  private static String object(List<RecordHeader> headers) {
    return headers.stream()
        .map(header -> field(header.key(), new String(requireNonNull(header.value()), UTF_8)))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String field(String name, String value) {
    return "\"%s\":\"%s\"".formatted(name, value.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  @Test
  void theWordsOfTheSchemasAreThoseOfTheCode() {
    EventSchema result = EventSchema.of("result.json");

    assertThat(result.words("/properties/verdict"))
        .containsExactlyElementsOf(SecondVerdicts.behind(Verdict.values()));
    assertThat(result.words("/properties/suggest"))
        .containsExactlyElementsOf(
            Arrays.stream(Verdict.Suggest.values()).map(Verdict.Suggest::wire).toList());
    assertThat(result.words("/properties/devices/items/properties/outcome"))
        .containsExactlyElementsOf(outcomes().stream().map(PushOutcome::code).toList());
    assertThat(EventSchema.of("dead-letter-headers.json").words("/properties/ringpost-reason"))
        .containsExactlyElementsOf(
            Arrays.stream(DeadLetterReason.values()).map(DeadLetterReason::code).toList());
    assertThat(EventSchema.of("signal.json").words("/properties/type"))
        .containsExactlyElementsOf(
            Arrays.stream(SignalType.values()).map(SignalType::wire).toList());
    assertThat(EventSchema.of("token.json").words("/properties/environment"))
        .containsExactlyElementsOf(
            Arrays.stream(Environment.values()).map(Environment::wire).toList());
  }

  @Test
  void theBoundsOfTheSchemasAreThoseOfTheCode() {
    assertThat(bound("invite.json", "/callId/maxLength")).isEqualTo(CallId.MAX_LENGTH);
    assertThat(bound("invite.json", "/callee/maxLength")).isEqualTo(UserId.MAX_LENGTH);
    assertThat(bound("invite.json", "/app/maxLength")).isEqualTo(BundleId.MAX_LENGTH);
    assertThat(bound("invite.json", "/caller/properties/uri/maxLength"))
        .isEqualTo(Caller.MAX_URI_LENGTH);
    assertThat(bound("invite.json", "/excludeDevices/maxItems")).isEqualTo(CallInvite.MAX_EXCLUDED);
    assertThat(bound("signal.json", "/callId/maxLength")).isEqualTo(CallId.MAX_LENGTH);
    assertThat(bound("signal.json", "/callee/maxLength")).isEqualTo(UserId.MAX_LENGTH);
    assertThat(bound("signal.json", "/deviceId/maxLength")).isEqualTo(DeviceId.MAX_LENGTH);
    assertThat(bound("token.json", "/bundleId/maxLength")).isEqualTo(BundleId.MAX_LENGTH);
    assertThat(bound("result.json", "/deadDevices/maxItems")).isEqualTo(Looked.MAX_DEAD);
    assertThat(bound("result.json", "/detail/maxLength"))
        .isEqualTo(DeadLetterHeaders.MAX_DETAIL_LENGTH);
    assertThat(bound("push.json", "/call/properties/caller/properties/name/maxLength"))
        .isEqualTo(Caller.MAX_NAME_LENGTH);
  }

  private static int bound(String file, String pointer) {
    return EventSchema.of(file).at("/properties" + pointer).asInt();
  }
}
