package dev.ringpost.config;

import dev.ringpost.apns.payload.AlertSettings;
import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import java.time.Duration;
import java.util.Optional;

/** The settings of what tells a callee of a call that nobody took. */
public record MissedCallConfig(
    @Doc(
            "Whether one ordinary notification is pushed for a call that ends unanswered or found"
                + " nobody, to devices that have registered a token for alerts.")
        @Default("false")
        boolean enabled,
    @Doc("The consumer group of the workers on `topics.missed-calls`.")
        @Default("ringpost.missed-calls")
        @Matches(value = Matches.GROUP, words = Matches.GROUP_WORDS)
        String group,
    @Doc("Calls that one worker deals with at once.")
        @Default("200")
        @Range(min = "1", max = "10000")
        int maxInFlight,
    @Doc("How long Apple keeps the notification for a phone that is away, from the call's end on.")
        @Default("24h")
        @Range(min = "1h", max = "720h")
        Duration expiration,
    @Doc(
            "The key of the app's text (`loc-key`); its one argument is the caller's name, or the"
                + " address of a caller without one.")
        @Default("MISSED_CALL")
        @Matches(value = MissedCallConfig.TEXT_KEY, words = MissedCallConfig.TEXT_KEY_WORDS)
        String locKey,
    @Doc(
            "The key of the app's text where the caller must not be named, for `payload.caller` is"
                + " `none` or the device has `sealTo`.")
        @Default("MISSED_CALL_NO_CALLER")
        @Matches(value = MissedCallConfig.TEXT_KEY, words = MissedCallConfig.TEXT_KEY_WORDS)
        String locKeyNoCaller,
    @Doc("The key of the app's title (`title-loc-key`); without it there is no title.")
        @Matches(value = MissedCallConfig.TEXT_KEY, words = MissedCallConfig.TEXT_KEY_WORDS)
        Optional<String> titleLocKey,
    @Doc("The name of the sound, such as `default`; without it there is none.")
        @Matches(value = MissedCallConfig.TEXT_KEY, words = MissedCallConfig.TEXT_KEY_WORDS)
        Optional<String> sound) {

  static final String TEXT_KEY = "[A-Za-z0-9._-]{1,128}";
  static final String TEXT_KEY_WORDS = "1 to 128 letters, digits, dots, - or _";

  /** What the notification says; nothing if there is none. */
  Optional<AlertSettings> alert() {
    return enabled
        ? Optional.of(new AlertSettings(locKey, locKeyNoCaller, titleLocKey, sound))
        : Optional.empty();
  }
}
