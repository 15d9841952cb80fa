package dev.ringpost.tools.dlq;

import java.util.Optional;

/**
 * A choice of dead letters; what is empty leaves all in.
 *
 * @param reason the code of a reason
 * @param callee whom the call was for, as a whole
 * @param app the app that the invite names
 * @param stage decode or deliver
 */
public record LetterFilter(
    Optional<String> reason,
    Optional<String> callee,
    Optional<String> app,
    Optional<String> stage) {

  boolean fits(Letter letter) {
    return reason.map(letter.reason()::equals).orElse(true)
        && callee.map(letter.callee()::equals).orElse(true)
        && app.map(letter.app()::equals).orElse(true)
        && stage.map(letter.stage()::equals).orElse(true);
  }
}
