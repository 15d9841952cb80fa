package dev.ringpost.apns.payload;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import dev.ringpost.call.Media;
import dev.ringpost.call.WireTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A value of a call that a template names in braces. */
sealed interface Placeholder extends TemplateNode.Piece {

  /** What the names of fields of {@code custom} begin with. */
  String CUSTOM_FIELD = "custom.";

  /** The value as plain JSON; null if this call has none. */
  @Nullable Object value(CallFacts facts);

  /** Whether it says who calls. */
  boolean isOfCaller();

  /** The names of all placeholders but those of single fields of {@code custom}. */
  static Stream<String> names() {
    return Arrays.stream(Known.values()).map(Known::called);
  }

  /** The placeholder of a name. */
  static Optional<Placeholder> named(String name) {
    if (name.startsWith(CUSTOM_FIELD) && name.length() > CUSTOM_FIELD.length()) {
      return Optional.of(new CustomField(name.substring(CUSTOM_FIELD.length())));
    }
    return Arrays.stream(Known.values())
        .filter(known -> known.called().equals(name))
        .<Placeholder>map(known -> known)
        .findFirst();
  }

  /** The placeholders whose names are Ringpost's. */
  enum Known implements Placeholder {
    CALL_ID("call.id"),
    CALL_UUID("call.uuid"),
    CALLER_URI("caller.uri"),
    CALLER_USER("caller.user"),
    CALLER_NAME("caller.name"),
    CALLER_DISPLAY("caller.display"),
    VIDEO("video"),
    MEDIA("media"),
    INVITED_AT("invitedAt"),
    INVITED_AT_SECONDS("invitedAt.seconds"),
    INVITED_AT_MILLIS("invitedAt.millis"),
    EXPIRES_AT("expiresAt"),
    EXPIRES_AT_SECONDS("expiresAt.seconds"),
    EXPIRES_AT_MILLIS("expiresAt.millis"),
    SENT_AT("sentAt"),
    SENT_AT_SECONDS("sentAt.seconds"),
    SENT_AT_MILLIS("sentAt.millis"),
    ATTEMPT("attempt"),
    CUSTOM("custom"),
    SEALED("sealed");

    private final String called;

    Known(String called) {
      this.called = called;
    }

    String called() {
      return called;
    }

    @Override
    public @Nullable Object value(CallFacts facts) {
      CallInvite invite = facts.invite();
      return switch (this) {
        case CALL_ID -> invite.callId().value();
        case CALL_UUID -> invite.callUuid().toString();
        case CALLER_URI -> facts.caller().map(Caller::uri).orElse(null);
        case CALLER_USER -> facts.caller().map(Caller::user).orElse(null);
        case CALLER_NAME -> facts.caller().flatMap(Caller::name).orElse(null);
        case CALLER_DISPLAY ->
            facts.caller().map(caller -> caller.name().orElseGet(caller::user)).orElse(null);
        case VIDEO -> invite.media() == Media.VIDEO;
        case MEDIA -> invite.media().name().toLowerCase(Locale.ROOT);
        case INVITED_AT -> WireTime.of(invite.invitedAt());
        case INVITED_AT_SECONDS -> invite.invitedAt().getEpochSecond();
        case INVITED_AT_MILLIS -> invite.invitedAt().toEpochMilli();
        case EXPIRES_AT -> WireTime.of(invite.deadline().at());
        case EXPIRES_AT_SECONDS -> invite.deadline().at().getEpochSecond();
        case EXPIRES_AT_MILLIS -> invite.deadline().at().toEpochMilli();
        case SENT_AT -> WireTime.of(facts.sentAt());
        case SENT_AT_SECONDS -> facts.sentAt().getEpochSecond();
        case SENT_AT_MILLIS -> facts.sentAt().toEpochMilli();
        case ATTEMPT -> facts.attempt().number();
        case CUSTOM -> facts.custom().isEmpty() ? null : facts.custom();
        case SEALED -> facts.sealed().orElse(null);
      };
    }

    @Override
    public boolean isOfCaller() {
      return called.startsWith("caller.");
    }
  }

  /** A field of the invite's {@code custom}. */
  record CustomField(String field) implements Placeholder {
    @Override
    public @Nullable Object value(CallFacts facts) {
      return facts.custom().get(field);
    }

    @Override
    public boolean isOfCaller() {
      return false;
    }
  }
}
