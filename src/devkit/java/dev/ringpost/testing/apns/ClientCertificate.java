package dev.ringpost.testing.apns;

import java.nio.file.Path;

/**
 * A provider certificate with its key.
 *
 * @param file the {@code .p12} file
 * @param passphrase what opens it, empty for none
 * @param passphraseFile a file with the passphrase and a line end; empty for none
 */
public record ClientCertificate(Path file, String passphrase, Path passphraseFile) {}
