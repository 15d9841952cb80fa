package dev.ringpost.tools.apple;

import dev.ringpost.apns.credentials.SmallFile;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The file with an app's token for Apple's data export, as it was at one moment. */
sealed interface TokenFile {

  /** What a header of HTTP can carry; Apple does not say what its tokens look like. */
  Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,8192}");

  /**
   * The token.
   *
   * @param endsOn the day on which it ends, as whoever made it has written; nobody else tells it
   */
  record Held(Secret token, Optional<LocalDate> endsOn) implements TokenFile {}

  /** No file for this app. */
  record Missing() implements TokenFile {}

  /**
   * A file that cannot be used.
   *
   * @param wrong the rest of a sentence that begins with the file's name
   */
  record Flawed(String wrong, String fix) implements TokenFile {}

  /** Reads the file of an app. */
  static TokenFile read(Path folder, BundleId app) {
    Path file = folder.resolve(app.value());
    if (Files.notExists(file)) {
      return new Missing();
    }
    return switch (SmallFile.read(file)) {
      case SmallFile.Unread(String wrong, String fix) -> new Flawed(wrong, fix);
      case SmallFile.Content content -> of(content.text());
    };
  }

  private static TokenFile of(String text) {
    List<String> lines = text.lines().map(String::strip).filter(it -> !it.isEmpty()).toList();
    if (lines.isEmpty() || lines.size() > 2 || !TOKEN.matcher(lines.getFirst()).matches()) {
      // nothing of it is shown: it may be the token
      return new Flawed(
          "does not hold a token on one line and the day of its end on the next",
          "write the token as the CloudKit Console showed it, and below it a day such as"
              + " 2027-05-01");
    }
    try {
      Optional<LocalDate> end =
          lines.size() < 2 ? Optional.empty() : Optional.of(LocalDate.parse(lines.get(1)));
      return new Held(new Secret(lines.getFirst()), end);
    } catch (DateTimeException _) {
      return new Flawed(
          "has a second line that is no day", "write the day on which the token ends: 2027-05-01");
    }
  }
}
