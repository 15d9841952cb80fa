package dev.ringpost.bench;

/** The pushes before the first that counts: a JVM is flat only after some hundred thousand. */
final class WarmUp {

  private static final int CHUNK = 60_000;

  private WarmUp() {}

  /** Warms bare Pushy up. */
  static void bare(Stage stage, int pushes) {
    stage.bare().drive(pushes, 1000);
    progress("bare Pushy is warm");
  }

  /** Warms a program up with each kind of invite that it is measured with. */
  static void program(Stage stage, Running running, int pushes) {
    for (Callees callees : running.program().callees()) {
      for (int left = pushes; left > 0; left -= CHUNK) {
        ring(stage, running, callees, Math.min(CHUNK, left));
      }
    }
    progress(running.program().words() + " is warm");
  }

  /** Has a backlog rung, and waits until its last result is stored. */
  static ApnsProcess.Counted ring(Stage stage, Running running, Callees callees, int pushes) {
    int invites = pushes / callees.phones();
    stage.calls().prepare(running.topic(), callees, invites);
    stage.apns().count((long) invites * callees.phones());
    stage.calls().release();
    ApnsProcess.Counted counted = stage.apns().counted();
    running.awaitResults(invites);
    tellRepeats(running.program(), counted);
    return counted;
  }

  /**
   * Says how much a program pushed again.
   *
   * @throws IllegalStateException if it is Ringpost: none of its phones rings twice for a call
   */
  static void tellRepeats(Program program, ApnsProcess.Counted counted) {
    if (counted.tooMany() == 0) {
      return;
    }
    String words = program.words() + " pushed %,d more than it was asked to";
    if (program == Program.RINGPOST) {
      throw new IllegalStateException(words.formatted(counted.tooMany()));
    }
    progress(words.formatted(counted.tooMany()));
  }

  private static void progress(String words) {
    System.out.printf("%tT  %s%n", System.currentTimeMillis(), words);
  }
}
