package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;

/** A credential that was read and is fit for use. It has no readable form. */
interface Credential {

  /** Gives the credential to a client that is being built. */
  void authenticate(ApnsClientBuilder client);
}
