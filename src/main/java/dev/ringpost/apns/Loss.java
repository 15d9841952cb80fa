package dev.ringpost.apns;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a connection was given up. */
enum Loss {
  /** It could not be opened, or not in time. */
  CONNECT_FAILED,
  /** It broke. */
  CONNECTION_LOST,
  /** APNs asked us to leave. */
  GOAWAY,
  /** It says nothing: for two attempts, or for less if a new one could be opened meanwhile. */
  SILENT,
  /** APNs gave an answer after which it is of no use: see {@link ReasonTable}. */
  SPOILED,
  /** It answers with trouble while other connections of the route do not: see {@link Health}. */
  SICK,
  /**
   * APNs allows it too little to serve: the stream limit fell, or there is no window for bodies.
   */
  STARVED;

  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> tags() {
    return Arrays.stream(values()).map(Loss::tag).toList();
  }
}
