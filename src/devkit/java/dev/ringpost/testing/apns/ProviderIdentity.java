package dev.ringpost.testing.apns;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A provider certificate and its private key, in no file yet. */
public record ProviderIdentity(PrivateKey key, X509Certificate certificate) {}
