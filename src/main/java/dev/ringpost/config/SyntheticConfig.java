package dev.ringpost.config;

import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import java.time.Duration;
import java.util.Optional;

/** The settings of {@code ringpost synthetic}; a worker does not read these keys. */
public record SyntheticConfig(
    @Doc("The user whose test phone `ringpost synthetic` calls; all devices of this user ring.")
        @Matches(
            value = "[^\\x00-\\x1f\\x7f]{1,256}",
            words = "1 to 256 characters, without control characters")
        Optional<String> callee,
    @Doc("How often it calls.") @Default("1m") @Range(min = "5s", max = "1h") Duration every,
    @Doc("Who calls: an address of your own that means nobody.")
        @Default("sip:synthetic-call@ringpost.invalid")
        @Matches(
            value = "[^\\x00-\\x1f\\x7f]{1,256}",
            words = "1 to 256 characters, without control characters")
        String caller,
    @Doc("How long such a call may ring; it is ended as soon as it is known what came of it.")
        @Default("20s")
        @Range(min = "2s", max = "60s")
        Duration ring,
    @Doc("How soon a call must have come through, from the moment it is made; not above `ring`.")
        @Default("10s")
        @Range(min = "1s", max = "60s")
        Duration within,
    @Doc(
            "Whether a call must have a `ringing` among the signals to have come through. `false`,"
                + " where nobody tells of ringing: it is enough that APNs accepted a push.")
        @Default("true")
        boolean expectRinging) {}
