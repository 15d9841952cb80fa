package dev.ringpost.testing.apns;

import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;

/**
 * A key for provider tokens, as Apple hands it out.
 *
 * @param file the {@code .p8} file: the private key, PKCS#8 in PEM
 * @param keyId Apple's name of the key, 10 characters
 * @param teamId the owner, 10 characters
 * @param publicKey what the server checks signatures with
 */
public record SigningKey(Path file, String keyId, String teamId, ECPublicKey publicKey) {}
