package dev.ringpost.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.CallPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The parts that are added to the bill of materials for the image. */
@Timeout(10)
class ImageBillTest {

  @TempDir Path folder;

  @BeforeEach
  void aBillAndARuntime() throws IOException {
    write(
        "bill.json",
        """
        {"bomFormat": "CycloneDX", "components": [{"name": "kafka-clients", "purl": "pkg:maven/a/b@1"}]}
        """);
    write("jre/release", "JAVA_VERSION=\"25.0.1\"\nMODULES=\"java.base\"\n");
  }

  /** As in Google's distroless images: a file for each package, and a link to the system's name. */
  @Test
  void theRuntimeTheSystemAndItsPackagesAreAdded() throws IOException {
    write("base/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian\"\n");
    Path etc = Files.createDirectories(folder.resolve("base/etc"));
    Files.createSymbolicLink(etc.resolve("os-release"), Path.of("/no/such/place"));
    write(
        "base/var/lib/dpkg/status.d/libc6",
        """
        Package: libc6
        Source: glibc
        Version: 2.36-9+deb12u13
        Architecture: amd64
        Description: GNU C Library
         Version: no field of its own
        """);
    write(
        "base/var/lib/dpkg/status.d/libstdc",
        """
        Package: libstdc++6
        Source: gcc-12 (12.2.0-14)
        Version: 1:12.2.0-14
        Architecture: amd64
        """);
    write("base/var/lib/dpkg/status.d/libc6.md5sums", "Package: not one\nVersion: 1\n");

    assertThat(urls())
        .containsExactly(
            "pkg:maven/a/b@1",
            "pkg:generic/openjdk@25.0.1",
            "",
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64&distro=debian-12&upstream=glibc",
            "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2.0-14?arch=amd64&distro=debian-12"
                + "&upstream=gcc-12");
    assertThat(bill().at("/components/1/cpe").asText())
        .isEqualTo("cpe:2.3:a:oracle:openjdk:25.0.1:*:*:*:*:*:*:*");
    assertThat(bill().at("/components/2").toString())
        .isEqualTo(
            "{\"type\":\"operating-system\",\"bom-ref\":\"os:debian@12\",\"name\":\"debian\","
                + "\"version\":\"12\"}");
    assertThat(StreamSupport.stream(bill().get("components").spliterator(), false).skip(1))
        .extracting(it -> it.get("bom-ref").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  void whatWasRemovedIsNotThere() throws IOException {
    write("base/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n");
    write(
        "base/var/lib/dpkg/status",
        """
        Package: tzdata
        Status: install ok installed
        Version: 2025b-4
        Architecture: all

        Package: gone
        Status: deinstall ok config-files
        Version: 1
        Architecture: all
        """);

    assertThat(urls())
        .endsWith("pkg:deb/debian/tzdata@2025b-4?arch=all&distro=debian-13")
        .hasSize(4);
  }

  @Test
  void aBaseOfAnotherKindIsNamedWithoutPackages() throws IOException {
    write("base/etc/os-release", "ID=alpine\nVERSION_ID=3.22\n");

    assertThat(urls()).hasSize(3);
    assertThat(bill().at("/components/2/name").asText()).isEqualTo("alpine");
  }

  @Test
  void aRuntimeOfNoVersionIsAMistake() throws IOException {
    write("jre/release", "MODULES=\"java.base\"\n");

    assertThatThrownBy(this::urls).hasMessageContaining("names no JAVA_VERSION");
  }

  private List<String> urls() throws IOException {
    ImageBill.main(
        new String[] {
          folder.resolve("bill.json").toString(),
          folder.resolve("jre").toString(),
          folder.resolve("base").toString()
        });
    return StreamSupport.stream(bill().get("components").spliterator(), false)
        .map(component -> component.path("purl").asText())
        .toList();
  }

  private JsonNode bill() throws IOException {
    return CallPlatform.json(Files.readString(folder.resolve("bill.json")));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
