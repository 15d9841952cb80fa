package dev.ringpost.apns.payload;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shapes that apps with a widely used plugin or library expect, by name. Each template holds
 * what that software reads; {@code docs/configuration.md} names where it was read.
 */
enum ReadyMadeShape {
  /** react-native-voip-push-notification with react-native-callkeep. */
  CALLKEEP(
      "callkeep",
      """
      {"aps": {}, "uuid": "{call.uuid}", "callerName": "{caller.display}",
       "handle": "{caller.user}", "hasVideo": "{video}", "callId": "{call.id}",
       "expiresAt": "{expiresAt}", "custom": "{custom}"}
      """),
  /** The plugin flutter_callkit_incoming. */
  FLUTTER_CALLKIT_INCOMING(
      "flutter-callkit-incoming",
      """
      {"aps": {}, "id": "{call.uuid}", "nameCaller": "{caller.display}",
       "handle": "{caller.user}", "isVideo": "{video}", "callId": "{call.id}",
       "expiresAt": "{expiresAt}", "extra": "{custom}"}
      """),
  /**
   * Linphone's library, by the names that Flexisip sends. Nothing in it differs from try to try:
   * the app tells a repeat by the whole payload while its core is not ready.
   */
  LINPHONE(
      "linphone",
      """
      {"aps": {"call-id": "{call.id}"}, "from-uri": "{caller.uri}",
       "display-name": "{caller.name}", "customPayload": "{custom}"}
      """);

  private final String called;
  private final String template;

  ReadyMadeShape(String called, String template) {
    this.called = called;
    this.template = template;
  }

  String called() {
    return called;
  }

  String template() {
    return template;
  }

  static Optional<ReadyMadeShape> named(String name) {
    return Arrays.stream(values()).filter(shape -> shape.called.equals(name)).findFirst();
  }

  static Stream<String> names() {
    return Arrays.stream(values()).map(ReadyMadeShape::called);
  }
}
