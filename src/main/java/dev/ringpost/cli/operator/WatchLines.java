package dev.ringpost.cli.operator;

import dev.ringpost.tools.watch.LiveCalls;
import dev.ringpost.tools.watch.SeenVerdict;
import dev.ringpost.tools.watch.Watch;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lines of a watch, one for each verdict; what else happens goes to standard error.
 *
 * @param form makes the line
 */
record WatchLines(PrintWriter out, PrintWriter err, Function<SeenVerdict, String> form)
    implements Watch.Display {

  @Override
  public void told(SeenVerdict verdict) {
    out.println(form.apply(verdict));
  }

  @Override
  public void trouble(Optional<String> words) {
    err.println(
        words
            .map(why -> "ringpost: Kafka does not answer, trying on: " + why)
            .orElse("ringpost: Kafka answers again"));
    err.flush();
  }

  @Override
  public boolean shows(LiveCalls calls) {
    return !out.checkError();
  }
}
