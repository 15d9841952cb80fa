package dev.ringpost.tools.synthetic;

import java.time.Duration;
import java.util.Optional;

/** The end of a round; all times are from the making of the call. */
public sealed interface RoundEnd {

  /** The end of a call that APNs accepted a push of, and that a phone told to ring for. */
  record Rang(Duration verdict, Duration ringing) implements RoundEnd {}

  /** The end of a call that APNs accepted a push of, where nobody asks for ringing. */
  record Accepted(Duration verdict) implements RoundEnd {}

  /** The end of a call that APNs accepted a push of, and that no phone told to ring for in time. */
  record Silent(Duration verdict) implements RoundEnd {}

  /**
   * The end of a call whose final verdict is another one than accepted.
   *
   * @param word the verdict
   * @param why its reason and the outcomes of the devices, as far as the result names them
   */
  record Refused(Duration verdict, String word, String why) implements RoundEnd {}

  /**
   * The end of a call of which no final verdict was told in time.
   *
   * @param soFar the last verdict that was not final
   * @param rang whether a phone told that it rings all the same
   */
  record NoVerdict(Optional<String> soFar, boolean rang) implements RoundEnd {}

  /** The end of a round whose invite was not stored, so far as is known. */
  record NotMade(String why) implements RoundEnd {}

  /** The end of a call of which Kafka does not give what came of it. */
  record Unheard(String why) implements RoundEnd {}
}
