package dev.ringpost.testing.sip;

import dev.ringpost.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One call that {@code sipp} makes by UDP, after a scenario of the tests. */
public final class SippCaller implements AutoCloseable {

  private static final Path SCENARIOS = Path.of("src", "test", "resources", "sip");
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(90);
  private static final Pattern MESSAGE =
      Pattern.compile(
          "-{20,} (\\d{4}-\\d\\d-\\d\\d)[ \\t](\\d\\d:\\d\\d:\\d\\d\\.\\d+)\\s+"
              + "UDP message (sent|received)[^\\n]*\\n+([^\\r\\n]+)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

  /**
   * A message as the caller sent or received it.
   *
   * @param line its first line
   */
  public record Message(Instant at, boolean sent, String line) {}

  private final Process process;
  private final Path messages;
  private final Path output;

  private SippCaller(Process process, Path messages, Path output) {
    this.process = process;
    this.messages = messages;
    this.output = output;
  }

  /**
   * Starts a call.
   *
   * @param scenario the name of a file without its ending
   * @param call the Call-ID, without {@code %}
   */
  public static SippCaller call(
      String scenario, int port, String callee, String call, Path folder) {
    return calls(scenario, port, callee, call, 1, folder);
  }

  /**
   * Starts calls, all within a tenth of a second.
   *
   * @param call the Call-IDs, without {@code %} but for {@code %u}, which is the call's number
   */
  public static SippCaller calls(
      String scenario, int port, String callee, String call, int count, Path folder) {
    Path messages = folder.resolve(call + ".messages");
    Path output = folder.resolve(call + ".out");
    List<String> command = new ArrayList<>(List.of("sipp", "127.0.0.1:" + port));
    command.addAll(
        List.of("-sf", SCENARIOS.resolve(scenario + ".xml").toAbsolutePath().toString()));
    command.addAll(List.of("-s", callee, "-cid_str", call, "-i", "127.0.0.1"));
    command.addAll(List.of("-p", String.valueOf(FreePort.find()), "-nostdin"));
    command.addAll(List.of("-m", "" + count, "-l", "" + count, "-r", "" + 10 * count));
    command.addAll(List.of("-trace_msg", "-message_file", messages.toString()));
    try {
      Files.createDirectories(folder);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new SippCaller(process, messages, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the scenario is over, which it must have been followed to its end. */
  public void awaitEnd() throws InterruptedException {
    if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(
          "the call did not follow its scenario:\n" + read(messages) + read(output));
    }
  }

  /** What it has sent and received so far. */
  public List<Message> messages() {
    List<Message> found = new ArrayList<>();
    Matcher matcher = MESSAGE.matcher(read(messages));
    while (matcher.find()) {
      Instant at =
          LocalDateTime.parse(matcher.group(1) + " " + matcher.group(2), TIME)
              .atZone(ZoneId.systemDefault())
              .toInstant();
      found.add(new Message(at, matcher.group(3).equals("sent"), matcher.group(4)));
    }
    return found;
  }

  /** The moment of the first message that begins so. */
  public Optional<Instant> at(String begin) {
    return messages().stream()
        .filter(message -> message.line().startsWith(begin))
        .map(Message::at)
        .findFirst();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
