package dev.ringpost.testing;

import java.nio.file.Path;
import java.util.List;

/** The packaged worker of an earlier version, which an update runs beside this one's. */
public final class FormerVersion {

  private FormerVersion() {}

  static Path jar() {
    return Path.of(System.getProperty("ringpost.former", "target/former"), "ringpost.jar");
  }

  /** What stands before {@code run} on its command line. */
  public static List<String> program() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-jar",
        jar().toString());
  }
}
