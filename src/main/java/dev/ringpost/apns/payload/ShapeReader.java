package dev.ringpost.apns.payload;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.call.findings.DidYouMean;
import dev.ringpost.call.findings.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reader of what the configuration says of a payload's shape: the name of one, or a template.
 * Everything that is wrong is found together.
 */
public final class ShapeReader {

  /** The name of Ringpost's own shape, which is the default. */
  public static final String OWN = "ringpost";

  /** Enough for any code point below the surrogates. */
  private static final String LONGEST_LETTER = "\u0bf5";

  /** The shape that was read, if nothing is wrong with it. */
  public record Reading(Optional<PayloadShape> shape, List<Finding> flaws) {
    public Reading {
      flaws = List.copyOf(flaws);
    }
  }

  private ShapeReader() {}

  /**
   * Reads a shape and holds it against what APNs accepts.
   *
   * @param written a name, or a JSON object
   * @param key the name of Ringpost's own object
   */
  public static Reading read(String written, String key, CallerShown caller) {
    String text = written.strip();
    if (text.equals(OWN)) {
      return new Reading(Optional.of(new PayloadShape.Own(key)), List.of());
    }
    Optional<ReadyMadeShape> ready = ReadyMadeShape.named(text);
    if (ready.isEmpty() && !text.startsWith("{") && !text.startsWith("[")) {
      return new Reading(Optional.empty(), List.of(unknown(text)));
    }
    TemplateReader reader = new TemplateReader(caller);
    Optional<PayloadShape> shape =
        reader
            .read(ready.map(ReadyMadeShape::template).orElse(text))
            .map(PayloadShape.Template::new);
    List<Finding> flaws = new ArrayList<>(reader.flaws());
    shape.flatMap(it -> tooLarge(it, caller)).ifPresent(flaws::add);
    return new Reading(flaws.isEmpty() ? shape : Optional.empty(), flaws);
  }

  /** The names of all shapes. */
  public static Stream<String> names() {
    return Stream.concat(Stream.of(OWN), ReadyMadeShape.names());
  }

  private static Finding unknown(String text) {
    return Finding.failed(
        "",
        TemplateReader.quoted(text) + " is neither the name of a shape nor a JSON object",
        DidYouMean.nearest(text, names())
            .map(name -> "did you mean " + name + "?")
            .orElse("write one of " + names().collect(Collectors.joining(", ")) + ", or {…}"));
  }

  private static Optional<Finding> tooLarge(PayloadShape shape, CallerShown caller) {
    int size =
        VoipPayload.size(
            new VoipPayload(new PayloadSettings(shape, caller)).render(longest(), Instant.EPOCH));
    return size <= VoipPayload.MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            Finding.failed(
                "",
                "has "
                    + size
                    + " bytes with the longest values that a call can have, and APNs accepts "
                    + VoipPayload.MAX_BYTES,
                "name fewer long values: {caller.uri} has up to "
                    + Caller.MAX_URI_LENGTH
                    + " characters"));
  }

  /**
   * A call with the longest values: id and address in ASCII, as SIP has them, and a name in which
   * each character has three bytes. Of {@code custom} nothing is known.
   */
  private static Attempt longest() {
    CallId callId = new CallId("x".repeat(CallId.MAX_LENGTH));
    String uri = "sip:" + "x".repeat(Caller.MAX_URI_LENGTH - "sip:@x".length()) + "@x";
    Caller caller = Caller.of(uri, Optional.of(LONGEST_LETTER.repeat(Caller.MAX_NAME_LENGTH)));
    return Attempt.first(
        new CallInvite(
            callId,
            CallUuid.from(callId),
            new UserId("x"),
            caller,
            Media.VIDEO,
            Instant.EPOCH,
            new Deadline(Instant.EPOCH),
            Optional.empty(),
            Set.of(),
            CustomFields.NONE));
  }
}
