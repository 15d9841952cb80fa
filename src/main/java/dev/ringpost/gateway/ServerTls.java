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
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The maker of the server's side of TLS from its files, which are read once, at start. */
final class ServerTls {

  private ServerTls() {}

  /**
   * TLS 1.2 or newer with the certificate of the key store.
   *
   * @throws InvalidSettingsException if a file cannot be used; nothing of its content is told
   */
  static SslContextFactory.Server of(GatewaySettings.Tls tls) {
    var factory = new SslContextFactory.Server();
    factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    factory.setSniRequired(false);
    String password = password(tls.passwordFile());
    factory.setKeyStore(keyStore(tls.keyStore(), password));
    factory.setKeyStorePassword(password);
    if (tls.clientAuthorities().isPresent()) {
      factory.setTrustStore(authorities(tls.clientAuthorities().get()));
      factory.setNeedClientAuth(true);
    }
    return factory;
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).replaceFirst("\\r?\\n$", "");
    } catch (IOException e) {
      throw wrong("gateway.tls.password-file", e);
    }
  }

  private static KeyStore keyStore(Path file, String password) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      if (!store.aliases().hasMoreElements()) {
        throw new IOException("no key is in it");
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw wrong("gateway.tls.key-store-file", e);
    }
  }

  private static KeyStore authorities(Path file) {
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
    } catch (IOException | GeneralSecurityException e) {
      throw wrong("gateway.tls.client-authorities-file", e);
    }
  }

  private static InvalidSettingsException wrong(String key, Exception e) {
    return new InvalidSettingsException(
        List.of(
            Finding.failed(
                key,
                "cannot be used (" + e.getClass().getSimpleName() + ")",
                "name a readable file of the right form; see docs/gateway.md")));
  }
}
