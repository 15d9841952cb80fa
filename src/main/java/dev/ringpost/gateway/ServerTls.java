package dev.ringpost.gateway;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The maker of the server's side of TLS from its files, which are read once, at start. */
final class ServerTls {

  /** The reading of one file. */
  private interface Reading<T> {
    T read() throws IOException, GeneralSecurityException;
  }

  private final List<Finding> problems = new ArrayList<>();

  private ServerTls() {}

  /**
   * TLS 1.2 or newer with the certificate of the key store.
   *
   * @throws InvalidSettingsException if files cannot be used, with all of them; nothing of their
   *     content is told
   */
  static SslContextFactory.Server of(GatewaySettings.Tls tls) {
    return new ServerTls().read(tls);
  }

  private SslContextFactory.Server read(GatewaySettings.Tls tls) {
    var factory = new SslContextFactory.Server();
    factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    factory.setSniRequired(false);
    Optional<String> password =
        file("gateway.tls.password-file", () -> password(tls.passwordFile()));
    password
        .flatMap(it -> file("gateway.tls.key-store-file", () -> keyStore(tls.keyStore(), it)))
        .ifPresent(factory::setKeyStore);
    password.ifPresent(factory::setKeyStorePassword);
    if (tls.clientAuthorities().isPresent()) {
      Path authorities = tls.clientAuthorities().get();
      file("gateway.tls.client-authorities-file", () -> authorities(authorities))
          .ifPresent(factory::setTrustStore);
      factory.setNeedClientAuth(true);
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return factory;
  }

  private <T> Optional<T> file(String key, Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (IOException | GeneralSecurityException e) {
      problems.add(
          Finding.failed(
              key,
              "cannot be used (" + e.getClass().getSimpleName() + ")",
              "name a readable file of the right form; see docs/gateway.md"));
      return Optional.empty();
    }
  }

  private static String password(Path file) throws IOException {
    return Files.readString(file).replaceFirst("\\r?\\n$", "");
  }

  private static KeyStore keyStore(Path file, String password)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      if (!store.aliases().hasMoreElements()) {
        throw new IOException("no key is in it");
      }
      return store;
    }
  }

  private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      if (number == 0) {
        throw new IOException("no certificate is in it");
      }
      return store;
    }
  }
}
