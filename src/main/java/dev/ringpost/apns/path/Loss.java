package dev.ringpost.apns.path;

import dev.ringpost.apns.credentials.Causes;
import dev.ringpost.apns.wire.ReasonTable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reason why a connection was given up. */
public enum Loss {
  /** It could not be opened, or not in time. */
  CONNECT_FAILED("no connection in time"),
  /** It broke. */
  CONNECTION_LOST("the connection was closed"),
  /** APNs asked us to leave. */
  GOAWAY("APNs sent GOAWAY"),
  /** It says nothing: for two attempts, or for less if a new one could be opened meanwhile. */
  SILENT("pushes had no answer in time"),
  /** APNs gave an answer after which it is of no use: see {@link ReasonTable}. */
  SPOILED("an answer after which the connection is of no use"),
  /**
   * It answers with trouble while other connections of the route do not: see {@link
   * ConnectionHealth}.
   */
  SICK("answers of trouble while another connection serves"),
  /**
   * APNs allows it too little to serve: the stream limit fell, or there is no window for bodies.
   */
  STARVED("APNs allows too little to serve");

  private final String seen;

  Loss(String seen) {
    this.seen = seen;
  }

  /** What was seen, in words; never empty. */
  public String words(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> seen;
      case ConnectAttempt.UnconnectedException told -> String.valueOf(told.getMessage());
      default -> Causes.innermost(cause);
    };
  }

  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> tags() {
    return Arrays.stream(values()).map(Loss::tag).toList();
  }
}
