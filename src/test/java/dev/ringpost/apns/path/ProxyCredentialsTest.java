package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.call.findings.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyCredentialsTest {

  @TempDir Path folder;

  @Test
  void whatEachKindHasRoomForIsTaken() throws Exception {
    assertThat(flaws(Kind.SOCKS5, "u".repeat(255), "p".repeat(255) + "\n")).isEmpty();
    assertThat(flaws(Kind.SOCKS5, "name:with colon", "p")).isEmpty();
    assertThat(flaws(Kind.HTTP, "ring post", "ä€: ".repeat(100) + "\r\n")).isEmpty();
  }

  @Test
  void socks5HasBoundsOfItsOwn() throws Exception {
    assertThat(flaws(Kind.SOCKS5, "u".repeat(256), "p".repeat(256)))
        .extracting(Finding::subject, Finding::found)
        .containsExactly(
            tuple("username", "has more than 255 bytes"),
            tuple("password-file", "the file that it names has more than 255 bytes"));
    assertThat(flaws(Kind.SOCKS5, "u", "pä"))
        .extracting(Finding::found)
        .containsExactly("the file that it names holds other characters than ASCII's, for SOCKS5");
  }

  @Test
  void whatCannotBeALoginIsAFlawWithoutThePassword() throws Exception {
    assertThat(flaws(Kind.HTTP, "ring:post", "two\nlines"))
        .extracting(Finding::toString)
        .noneMatch(text -> text.contains("two"))
        .hasSize(2);
    assertThat(flaws(Kind.HTTP, "", ""))
        .extracting(Finding::found)
        .containsExactly("is empty", "the file that it names is empty");
    assertThat(new ProxyCredentials("u", folder.resolve("hunter2")).read(Kind.HTTP).flaws())
        .containsExactly(
            Finding.failed(
                "password-file",
                "the file that it names does not exist",
                "correct the name, or put the file there"));
  }

  @Test
  void thePasswordIsReadAnewAndCannotBePrinted() throws Exception {
    var login = login("u", "one\n");
    assertThat(login.read(Kind.HTTP).password().orElseThrow().reveal()).isEqualTo("one");
    Files.writeString(folder.resolve("password"), "two");
    assertThat(login.read(Kind.HTTP).password().orElseThrow().reveal()).isEqualTo("two");
    assertThat(login.read(Kind.HTTP).toString() + login).doesNotContain("two");
    Files.writeString(folder.resolve("password"), "");
    assertThat(login.read(Kind.HTTP).password()).isEmpty();
  }

  private List<Finding> flaws(Kind kind, String username, String password) throws IOException {
    return login(username, password).read(kind).flaws();
  }

  private ProxyCredentials login(String username, String password) throws IOException {
    return new ProxyCredentials(username, Files.writeString(folder.resolve("password"), password));
  }
}
