package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.tools.apple.TokenFile.Flawed;
import dev.ringpost.tools.apple.TokenFile.Held;
import dev.ringpost.tools.apple.TokenFile.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files with tokens for Apple's data export, and what is said of the tokens' ends. */
@Timeout(10)
class TokenFileTest {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

  @TempDir Path folder;

  @Test
  void theFirstLineIsTheTokenAndTheSecondItsEnd() throws Exception {
    TokenFile read = read("sec-ret_token.1=\r\n2027-05-01\n");

    assertThat(read)
        .isInstanceOfSatisfying(
            Held.class,
            held -> {
              assertThat(held.token().reveal()).isEqualTo("sec-ret_token.1=");
              assertThat(held.endsOn()).contains(LocalDate.of(2027, 5, 1));
            });
    assertThat(read.toString()).doesNotContain("sec-ret");
  }

  @Test
  void withoutASecondLineTheEndIsUnknown() throws Exception {
    assertThat(read("token"))
        .isInstanceOfSatisfying(
            Held.class,
            it -> {
              assertThat(it.endsOn()).isEmpty();
            });
  }

  @Test
  void anAppWithoutAFileHasNoToken() {
    assertThat(TokenFile.read(folder, APP)).isEqualTo(new Missing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "hunter2 hunter2",
        "hunter2\n2027-05-01\nhunter2",
        "hunter2\nhunter2",
        "hunter2\u00e9",
        "hunter2\u0007"
      })
  void whatIsNoTokenIsToldAndNotShown(String text) throws Exception {
    assertThat(read(text)).isInstanceOf(Flawed.class);
    assertThat(read(text).toString()).doesNotContain("hunter2");
  }

  @Test
  void aFolderInItsPlaceIsTold() throws Exception {
    Files.createDirectory(folder.resolve(APP.value()));

    assertThat(TokenFile.read(folder, APP))
        .isEqualTo(new Flawed("is a folder", "name the file in it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-11-29 | Its token for Apple's data export ended on 2026-11-29: create
          2026-11-30 | Its token for Apple's data export ends in 0 days, on 2026-11-30: create
          2026-12-29 | Its token for Apple's data export ends in 29 days, on 2026-12-29: create
          2026-12-30 | Its token for Apple's data export ends on 2026-12-30.
                     | When its token for Apple's data export ends is not written: put
          """)
  void theEndIsAnnouncedThirtyDaysBefore(LocalDate end, String words) {
    assertThat(TokenEnd.words(Optional.ofNullable(end), NOW)).startsWith(words);
  }

  private TokenFile read(String text) throws IOException {
    Files.writeString(folder.resolve(APP.value()), text);
    return TokenFile.read(folder, APP);
  }
}
