package dev.ringpost.apns.payload;

/** The part of the caller that Apple can read: all that passes APNs can be read there. */
public enum CallerShown {
  /** Address and name. */
  FULL,
  /** Neither; the phone asks its own server who calls. */
  NONE
}
