package dev.ringpost.call;

/** What the call carries at its start; unknown kinds count as audio, so that they ring. */
public enum Media {
  AUDIO,
  VIDEO
}
