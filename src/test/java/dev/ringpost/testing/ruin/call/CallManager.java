package dev.ringpost.testing.ruin.call;

import dev.ringpost.testing.ruin.intake.IntakeSettings;
import java.nio.file.Path;

/** A class whose name says nothing, that can be extended, knows files, and closes a circle. */
public class CallManager {

  private final Path file;
  private final IntakeSettings settings;

  public CallManager(Path file, IntakeSettings settings) {
    this.file = file;
    this.settings = settings;
  }

  @Override
  public String toString() {
    return file + " " + settings;
  }
}
