package dev.ringpost.tools.trace;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The token of a push, as far as somebody asks for it and it is still known. */
sealed interface PushedToken {

  /** A token that nobody has asked for. */
  record Unasked() implements PushedToken {}

  /** A token that is still the registered one. */
  record Registered(VoipToken token) implements PushedToken {}

  /**
   * A token that cannot be shown.
   *
   * @param why in words, without a name
   */
  record NotKnown(String why) implements PushedToken {}

  /**
   * The token of a push by what is registered now. A digest is compared under its own key only.
   *
   * @param registered the devices of users
   */
  static PushedToken of(InviteTrace invite, DeviceEnd end, Map<UserId, List<Device>> registered) {
    Optional<UserId> user = invite.user();
    if (user.isEmpty()) {
      return new NotKnown(
          "the invite, which names the callee, is not among what was read; see --around and"
              + " --window");
    }
    return registered.getOrDefault(user.get(), List.of()).stream()
        .filter(it -> it.kind() == DeviceKey.Kind.VOIP && it.id().value().equals(end.device()))
        .findFirst()
        .map(it -> compared(it.token(), end))
        .orElseGet(
            () -> new NotKnown("the device is not registered now, or its record cannot be read"));
  }

  private static PushedToken compared(VoipToken token, DeviceEnd end) {
    String digest = token.digest().value();
    return digest.equals(end.digest())
        ? new Registered(token)
        : new NotKnown("the registration has changed: the device has the token " + digest + " now");
  }
}
