package dev.ringpost.apns.payload;

import java.util.Optional;

/**
 * The words of the notification that tells of a missed call: keys of the app's own texts, for the
 * phone knows its user's language.
 *
 * @param locKey the text with the caller, its one argument
 * @param locKeyNoCaller the text where the caller is not to be named
 * @param titleLocKey the title, if there is to be one
 * @param sound the sound, if there is to be one
 */
public record AlertSettings(
    String locKey, String locKeyNoCaller, Optional<String> titleLocKey, Optional<String> sound) {}
