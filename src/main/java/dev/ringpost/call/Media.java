package dev.ringpost.call;

/** The media of a call at its start; unknown kinds count as audio, so that they ring. */
public enum Media {
  AUDIO,
  VIDEO
}
