package dev.ringpost.apns.diagnosis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.NameResolver;
import dev.ringpost.apns.path.OneShotClient;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.payload.VoipPayload;
import dev.ringpost.apns.wire.OneShotPush;
import dev.ringpost.apns.wire.ReasonRow;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One VoIP push to one phone, for a person who wants to know why it does not ring: every step with
 * its time, and the answer in words. It has a connection of its own and tries nothing twice. The
 * token is never printed whole.
 */
public final class TestPush {

  /** Digits of a token that are shown at either end. */
  private static final int SHOWN = 4;

  /** Digits of today's tokens; Apple promises no length. */
  private static final int USUAL_DIGITS = 64;

  /** Bound on a connection where no configuration says it. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** Bound on the answer, once there is a connection. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * An order for a test push: what to push where.
   *
   * @param proxy what leads to the server, if anything does
   * @param files what was read for it
   * @param connectTimeout for a connection to be open, as {@code apns.connect-timeout}
   * @param payload the JSON of the push; without it the payload of a made-up call
   * @param settings how the payload of a made-up call is written
   * @param rings how long until the push expires; with zero APNs tries once and keeps nothing
   */
  public record Order(
      BundleId app,
      VoipToken token,
      ApnsSettings.Endpoint server,
      Optional<ApnsSettings.Proxy> proxy,
      PushFiles files,
      Duration connectTimeout,
      Optional<String> payload,
      PayloadSettings settings,
      Duration rings,
      UUID apnsId) {}

  /**
   * The outcome of a test push.
   *
   * @param lines for a person; no secret is in them
   */
  public record Result(PushEnd end, List<String> lines) {
    public Result {
      lines = List.copyOf(lines);
    }
  }

  private final Order order;
  private final InstantSource clock;
  private final Instant now;
  private final String payload;
  private final List<String> lines = new ArrayList<>();

  private TestPush(Order order, InstantSource clock) {
    this.order = order;
    this.clock = clock;
    this.now = clock.instant();
    this.payload = order.payload().map(String::strip).orElseGet(this::madeUpPayload);
  }

  /** Tells what would be sent, sends nothing and asks nobody. */
  public static Result preview(Order order, InstantSource clock) {
    var push = new TestPush(order, clock);
    return push.ifPossible(push::describe);
  }

  /**
   * Sends the push. Takes the order's time to connect twice at most, once to look and once to push,
   * and {@link #ANSWER_MAX} for the answer.
   */
  public static Result send(Order order, InstantSource clock) {
    var push = new TestPush(order, clock);
    return push.ifPossible(push::send);
  }

  /** The action that follows once the credential is known to be valid. */
  private interface Act {
    PushEnd with(Credential credential);
  }

  private Result ifPossible(Act act) {
    ApnsPath.requireSilentPushy();
    List<String> impossible = new ArrayList<>();
    order.files().flaws().forEach(flaw -> impossible.add(flaw.line()));
    payloadFlaw().ifPresent(impossible::add);
    if (!impossible.isEmpty()) {
      return new Result(PushEnd.UNUSABLE, impossible);
    }
    PushEnd end = act.with(order.files().credential().orElseThrow());
    return new Result(end, lines);
  }

  private Optional<String> payloadFlaw() {
    int size = VoipPayload.size(payload);
    if (size > VoipPayload.MAX_BYTES) {
      return Optional.of(
          "payload has "
              + size
              + " bytes and APNs accepts "
              + VoipPayload.MAX_BYTES
              + "; send less: the phone can fetch the rest once it is awake");
    }
    try {
      if (JSON.readTree(payload).isObject()) {
        return Optional.empty();
      }
    } catch (JsonProcessingException _) {
      // said below; the parser's own words would show the payload
    }
    return Optional.of("payload is not a JSON object; write one such as {\"aps\":{}}");
  }

  private String madeUpPayload() {
    CallId callId = new CallId("ringpost-push-" + order.apnsId());
    CallInvite invite =
        new CallInvite(
            callId,
            CallUuid.from(callId),
            new UserId("ringpost-push"),
            Caller.of("sip:test@ringpost.invalid", Optional.of("Ringpost test")),
            Media.AUDIO,
            now,
            new Deadline(now.plus(order.rings())),
            Optional.empty(),
            Set.of(),
            new CustomFields(Map.of()));
    return new VoipPayload(order.settings()).render(Attempt.first(invite), now);
  }

  /** What {@code apns-expiration} says, null for 0. */
  private @Nullable Instant expiration() {
    return order.rings().isZero()
        ? null
        : Instant.ofEpochSecond(now.plus(order.rings()).getEpochSecond());
  }

  private PushEnd describe(Credential credential) {
    lines.add("POST /3/device/" + shortened() + " to " + address());
    lines.add("apns-topic: " + order.app().voipTopic());
    lines.add("apns-push-type: voip");
    lines.add("apns-priority: 10");
    Instant expiration = expiration();
    lines.add(
        expiration == null
            ? "apns-expiration: 0 (APNs tries once)"
            : "apns-expiration: "
                + expiration.getEpochSecond()
                + " ("
                + WireTime.of(expiration)
                + ")");
    lines.add("apns-id: " + order.apnsId());
    lines.add(
        credential.providerToken().isPresent()
            ? "authorization: bearer … (signed with " + credential + ")"
            : "no authorization: TLS shows the " + credential);
    lines.add("");
    lines.add(payload);
    lines.add("");
    doubtToken();
    lines.add(VoipPayload.size(payload) + " bytes. Nothing was sent.");
    return PushEnd.ACCEPTED;
  }

  private PushEnd send(Credential credential) {
    lines.add(
        "To "
            + order.app().voipTopic()
            + " on "
            + shortened()
            + " by "
            + address()
            + ", with "
            + credential
            + ".");
    doubtToken();
    ApnsPath path =
        new ApnsPath(
            order.server(),
            order.proxy(),
            order.files().proxyPassword(),
            order.files().trusted(),
            order.connectTimeout(),
            NameResolver.ofSystem());
    try {
      ApnsPathCheck.Result way = new ApnsPathCheck(path, now).run();
      lines.addAll(way.lines());
      if (way.trouble() != null) {
        say(way.trouble().found(), way.trouble().fix());
        return PushEnd.UNREACHABLE;
      }
      return push(path, credential);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      say("Interrupted.", "Try again.");
      return PushEnd.TRY_LATER;
    }
  }

  private PushEnd push(ApnsPath path, Credential credential) throws InterruptedException {
    var push =
        new OneShotPush(order.app(), order.token(), payload, expiration(), order.apnsId(), clock);
    try (var client = OneShotClient.alone(path)) {
      return switch (client.send(push, credential, ANSWER_MAX)) {
        case OneShotClient.Answered answered -> answered(answered);
        case OneShotClient.Failed failed -> {
          boolean withCertificate = credential.providerToken().isEmpty();
          FailureDiagnosis why = FailureDiagnosis.of(failed, path, withCertificate);
          say(why.what(), why.todo());
          yield why.end();
        }
      };
    }
  }

  private PushEnd answered(OneShotClient.Answered answered) {
    lines.add(ApnsPathCheck.line("answer", answered.time(), Optional.empty()));
    lines.add("");
    lines.add((answered.answer().status() + " " + answered.answer().reason()).strip());
    ReasonRow row = ReasonTable.row(answered.answer());
    answered
        .goneSince()
        .ifPresent(since -> lines.add("The token has been dead since " + WireTime.of(since) + "."));
    say(row.meaning(), row.fix());
    lines.add("apns-id: " + order.apnsId());
    answered
        .uniqueId()
        .ifPresent(id -> lines.add("apns-unique-id: " + id + " (for Apple's push console)"));
    return PushEnd.of(answered.answer());
  }

  private void doubtToken() {
    int digits = order.token().hex().length();
    if (digits != USUAL_DIGITS) {
      lines.add(
          "The token has "
              + digits
              + " digits and today's have "
              + USUAL_DIGITS
              + ": see that it is whole.");
    }
  }

  private void say(String what, String todo) {
    lines.add("");
    lines.add(what);
    lines.add("To do: " + todo);
  }

  private String address() {
    return order.server().host()
        + ":"
        + order.server().port()
        + order.proxy().map(proxy -> " through the " + proxy).orElse("");
  }

  private String shortened() {
    String hex = order.token().hex();
    String shown =
        hex.length() > 4 * SHOWN
            ? hex.substring(0, SHOWN) + "…" + hex.substring(hex.length() - SHOWN)
            : "…";
    return shown + " (" + hex.length() + " digits, digest " + order.token().digest() + ")";
  }
}
