package dev.ringpost.apns;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialContent;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialReading;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.call.findings.Finding;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reading of credentials for tests without a configuration; as strict as that. */
public final class ReadCredentials {

  private ReadCredentials() {}

  /**
   * Reads the files of apps once.
   *
   * @param trusted a PEM file of certificates
   * @throws AssertionError with everything that is wrong with them
   */
  public static Credentials of(List<AppSettings> apps, Path trusted, Instant now) {
    List<Finding> flaws = new ArrayList<>();
    List<Credentials.Read> read = new ArrayList<>();
    for (AppSettings app : apps) {
      CredentialContent content = CredentialContent.of(app.credential());
      CredentialReading reading = CredentialReader.read(content, app.bundleIds(), now);
      flaws.addAll(reading.flaws());
      Credentials.Read.of(content, reading).ifPresent(read::add);
    }
    var certificates = Credentials.trusted(Optional.of(trusted), flaws);
    if (!flaws.isEmpty()) {
      throw new AssertionError(flaws.toString());
    }
    return new Credentials(read, certificates, Optional.empty());
  }
}
