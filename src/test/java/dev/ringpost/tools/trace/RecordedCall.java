package dev.ringpost.tools.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.events.RingSettings;
import dev.ringpost.tools.records.GroupStanding;
import dev.ringpost.tools.records.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The records of a call as they stand on the topics, and what a trace makes of them. Times are
 * those after noon; more fields of a record begin with a comma.
 */
final class RecordedCall {

  static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  static final VoipToken TOKEN = VoipToken.parse("00ff00ff");
  static final String DIGEST = TOKEN.digest().value();
  static final String APNS_ID = "be324cd2-1b17-5e6a-bf0b-dab66ec56279";

  /** The offset of the invite. */
  static final long OFFSET = 1017;

  private static final CallId CALL = new CallId("c1");

  private static final Topics TOPICS =
      new Topics(
          false,
          1,
          1,
          "call-invites",
          "voip-tokens",
          "voip-token-invalidations",
          "call-signals",
          "call-push-results",
          "call-invites.retry",
          "missed",
          "call-invites.dlq",
          Optional.empty());

  private final CallRecords records =
      new CallRecords(
          CALL, TOPICS, new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"));

  RecordedCall invite() {
    return invite(Duration.ZERO, "");
  }

  RecordedCall invite(Duration after, String fields) {
    return look(
        "call-invites",
        after,
        """
        {"callId":"c1","callee":"alice","caller":{"uri":"sip:bob@example.com"}%s}\
        """
            .formatted(fields));
  }

  RecordedCall flawedInvite() {
    return look("call-invites", Duration.ZERO, "{\"callId\":\"c1\",\"callee\":7}");
  }

  RecordedCall signal(Duration after, String type, String fields) {
    return look(
        "call-signals",
        after,
        """
        {"callId":"c1","type":"%s"%s}\
        """
            .formatted(type, fields));
  }

  /** A result that nothing more follows. */
  RecordedCall result(Duration after, String verdict, String fields) {
    return result(after, 1, true, verdict, fields);
  }

  RecordedCall result(Duration after, int attempt, boolean last, String verdict, String fields) {
    return look(
        "call-push-results",
        after,
        """
        {"callId":"c1","callee":"alice","invite":{"topic":"call-invites","partition":3,\
        "offset":1017},"attempt":%d,"final":%s,"verdict":"%s","decidedAt":"%s"%s}\
        """
            .formatted(attempt, last, verdict, WireTime.of(NOON.plus(after)), fields));
  }

  /** The devices of a result. */
  static String devices(String... devices) {
    return ",\"devices\":[" + String.join(",", devices) + "]";
  }

  /** A device of a result, pushed once. */
  static String device(String outcome, String fields) {
    return """
    {"deviceId":"iphone-1","tokenDigest":"%s","app":"com.example.phone",\
    "registeredEnvironment":"production","outcome":"%s","apnsId":"%s","tries":1,"millis":43%s}\
    """
        .formatted(DIGEST, outcome, APNS_ID, fields);
  }

  private RecordedCall look(String topic, Duration after, String value) {
    var origin = new Origin(topic, 3, OFFSET, NOON.plus(after));
    records.look(new Envelope(origin, null, value.getBytes(UTF_8), List.of()));
    return this;
  }

  /** The invite's trace, if there is one record about an invite. */
  InviteTrace trace() {
    return records.traces().getFirst();
  }

  /** The likely cause, read soon. */
  Cause cause() {
    return causeRead(Duration.ofSeconds(5));
  }

  Cause causeRead(Duration after) {
    return LikelyCause.of(trace(), NOON.plus(after));
  }

  /** The likely cause where the group that should read the invite stands like this. */
  Cause cause(GroupStanding standing) {
    InviteTrace bare = trace();
    return LikelyCause.of(
        new InviteTrace(bare.invite(), bare.sightings(), Optional.of(standing)), NOON);
  }

  TraceReport report() {
    return new TraceReport(
        new CallTrace(
            CALL,
            Stretch.upTo(NOON, Duration.ofMinutes(15)),
            NOON.plusSeconds(5),
            records.traces(),
            records.signals(),
            10,
            List.of(),
            records.dropped()));
  }
}
