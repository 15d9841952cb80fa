package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.CredentialContent;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialReading;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The content of the files that a test push needs, each read once.
 *
 * @param credential empty only if there are flaws
 * @param proxyPassword empty if the proxy asks for none, or there are flaws
 * @param trusted certificates to trust instead of the runtime's authorities, or none
 * @param flaws everything that is wrong with the files; nothing is sent if there are any
 */
public record PushFiles(
    Optional<Credential> credential,
    Optional<Secret> proxyPassword,
    List<X509Certificate> trusted,
    List<Finding> flaws) {

  public PushFiles {
    trusted = List.copyOf(trusted);
    flaws = List.copyOf(flaws);
  }

  /** What was read, and found valid, with a configuration. */
  public static PushFiles of(Credential credential, Credentials read) {
    return new PushFiles(Optional.of(credential), read.proxyPassword(), read.trusted(), List.of());
  }

  /**
   * Reads files and judges them.
   *
   * @param app what the credential must be good for
   * @param trusted PEM file of certificates for test servers
   * @param now when the credential must be valid
   */
  public static PushFiles read(
      CredentialSettings settings,
      BundleId app,
      Optional<ApnsSettings.Proxy> proxy,
      Optional<Path> trusted,
      Instant now) {
    CredentialReading reading =
        CredentialReader.read(CredentialContent.of(settings), List.of(app), now);
    List<Finding> flaws = new ArrayList<>(reading.flaws());
    Optional<ProxyCredentials.Reading> login =
        proxy.flatMap(it -> it.login().map(credentials -> credentials.read(it.kind())));
    for (Finding flaw : login.map(ProxyCredentials.Reading::flaws).orElse(List.of())) {
      flaws.add(Finding.failed("proxy " + flaw.subject() + ":", flaw.found(), flaw.fix()));
    }
    List<X509Certificate> certificates = Credentials.trusted(trusted, flaws);
    return new PushFiles(
        reading.credential(),
        login.flatMap(ProxyCredentials.Reading::password),
        certificates,
        flaws);
  }
}
