package dev.ringpost.apns.credentials;

import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Key files, certificates and key stores that were cut, mixed up or written over. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KeyFilesFuzzTest {

  /** Ciphers and signatures take their time. */
  private static final int PART = 10;

  @TempDir Path folder;

  @Test
  void files() throws Exception {
    LocalCredentials local = LocalCredentials.in(folder);
    ClientCertificate certificate = local.clientCertificate("com.example.phone", "s3cret");
    List<byte[]> good =
        List.of(
            Files.readAllBytes(local.signingKey("ABC123DEFG", "DEF123GHIJ").file()),
            Files.readAllBytes(local.trustedCertificates()),
            Files.readAllBytes(certificate.file()));
    Fuzz.of("key files", good)
        .words("-----BEGIN PRIVATE KEY-----")
        .part(PART)
        .run(input -> KeyMaterial.of(input, Optional.of("s3cret")));
  }
}
