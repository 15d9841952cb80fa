package dev.ringpost.testing.apns;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of what a push must look like that rings, or that tells of a missed call, after Apple's
 * pages "Sending notification requests to APNs" and "Handling notification responses from APNs".
 * Other types of pushes are refused, for Ringpost sends none. Stricter than Apple in one way: Apple
 * lets a sender leave out {@code apns-id}, {@code apns-priority} and {@code apns-expiration}, this
 * server does not, because for a call each of the defaults is wrong or untraceable.
 */
final class RequestRules {

  /** Apple's bound on the payload of a VoIP push. */
  static final int MAX_PAYLOAD_BYTES = 5120;

  /** Apple's bound on the payload of every other push. */
  static final int MAX_ALERT_BYTES = 4096;

  private static final String VOIP = "voip";
  private static final String ALERT = "alert";

  /** Apple's bound on {@code apns-collapse-id}. */
  private static final int MAX_COLLAPSE_ID_BYTES = 64;

  static final AsciiString ID = AsciiString.cached("apns-id");
  private static final AsciiString TOPIC = AsciiString.cached("apns-topic");
  private static final AsciiString PUSH_TYPE = AsciiString.cached("apns-push-type");
  private static final AsciiString PRIORITY = AsciiString.cached("apns-priority");
  private static final AsciiString EXPIRATION = AsciiString.cached("apns-expiration");
  private static final AsciiString COLLAPSE_ID = AsciiString.cached("apns-collapse-id");
  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
  private static final AsciiString[] SINGLE = {
    ID, TOPIC, PUSH_TYPE, PRIORITY, EXPIRATION, COLLAPSE_ID, AUTHORIZATION
  };

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Set<String> topics;
  private final ProviderTokens providerTokens;
  private final TokenRegistry registry;

  RequestRules(Set<String> topics, ProviderTokens providerTokens, TokenRegistry registry) {
    this.topics = Set.copyOf(topics);
    this.providerTokens = providerTokens;
    this.registry = registry;
  }

  /**
   * Why the sender may not send, if it may not.
   *
   * @param certificateTopics the topics of the client's certificate, empty without one; with one,
   *     Apple ignores a provider token
   */
  Optional<Behaviour.Answers> authentication(PushRequest request, Set<String> certificateTopics) {
    return certificateTopics.isEmpty()
        ? providerTokens.objection(request.header(AUTHORIZATION))
        : Optional.empty();
  }

  /** What the connection does not allow, of a request whose token is valid by itself. */
  static Optional<Behaviour.Answers> token(
      PushRequest request, Set<String> certificateTopics, ConnectionToken token, Instant now) {
    String authorization = request.header(AUTHORIZATION);
    return certificateTopics.isEmpty() && authorization != null
        ? token.objection(authorization, now)
        : Optional.empty();
  }

  /** What is wrong with the request itself, if anything: the first that Apple would name. */
  Optional<Behaviour.Answers> objection(PushRequest request, Set<String> certificateTopics) {
    String reason = flaw(request, certificateTopics);
    if (reason != null) {
      return Optional.of(Behaviour.rejects(400, reason));
    }
    int bound = VOIP.equals(request.header(PUSH_TYPE)) ? MAX_PAYLOAD_BYTES : MAX_ALERT_BYTES;
    if (request.bodyBytes() > bound) {
      return Optional.of(Behaviour.rejects(413, "PayloadTooLarge"));
    }
    return Optional.empty();
  }

  /** A wrong method or path, if it is one. */
  static Optional<Behaviour.Answers> address(PushRequest request) {
    if (!request.addressesDevice()) {
      return Optional.of(Behaviour.rejects(404, "BadPath"));
    }
    return request.method().equals("POST")
        ? Optional.empty()
        : Optional.of(Behaviour.rejects(405, "MethodNotAllowed"));
  }

  private @Nullable String flaw(PushRequest request, Set<String> certificateTopics) {
    for (AsciiString name : SINGLE) {
      if (request.repeats(name)) {
        return "DuplicateHeaders";
      }
    }
    String type = request.header(PUSH_TYPE);
    String topicFlaw = topicFlaw(request.header(TOPIC), type, certificateTopics);
    if (topicFlaw != null) {
      return topicFlaw;
    }
    if (!VOIP.equals(type) && !ALERT.equals(type)) {
      return "InvalidPushType";
    }
    if (!"10".equals(request.header(PRIORITY))) {
      return "BadPriority";
    }
    if (!isNumber(request.header(EXPIRATION))) {
      return "BadExpirationDate";
    }
    String id = request.header(ID);
    if (id == null || !UUID.matcher(id).matches()) {
      return "BadMessageId";
    }
    String collapseId = request.header(COLLAPSE_ID);
    if (collapseId != null && utf8Bytes(collapseId) > MAX_COLLAPSE_ID_BYTES) {
      return "BadCollapseId";
    }
    if (request.bodyBytes() == 0) {
      return "PayloadEmpty";
    }
    return registry.flaw(request.token(), String.valueOf(request.header(TOPIC)));
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A topic that ends with {@code .voip} is for VoIP pushes, and they are for no other one. */
  private @Nullable String topicFlaw(
      @Nullable String topic, @Nullable String type, Set<String> certificateTopics) {
    if (topic == null) {
      return "MissingTopic";
    }
    if (topic.endsWith(".voip") == ALERT.equals(type)) {
      return "BadTopic";
    }
    boolean allowed =
        topics.contains(topic)
            && (certificateTopics.isEmpty() || certificateTopics.contains(topic));
    return allowed ? null : "TopicDisallowed";
  }

  private static boolean isNumber(@Nullable String text) {
    return text != null
        && !text.isEmpty()
        && text.length() <= 18
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
