package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.testing.HeardLog;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Behaviour.AnswersWith;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.fuzz.Fuzz;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Answers that Apple never gives, through Pushy and a socket: each costs its own push at most, and
 * the connection only where Apple's rules say that it is of no use after such a one. Names of
 * headers are in order, for Netty ends a connection that brings others.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class AnswersFuzzTest {

  /** Far below what Netty takes for an attack and answers by the end of the connection. */
  private static final int MAX_HEADERS = 4_000;

  private static final int ANSWERS_WITHIN_SECONDS = 10;

  /**
   * The class of Pushy that logs what Apple answers, as it came. A spoilt answer may look like a
   * token, so its lines are heard here, and searched for the tokens of these pushes.
   */
  private static final String LOGS_ANSWERS = "com.eatthepath.pushy.apns.ApnsClientHandler";

  /** What all tokens of these pushes begin with. */
  private static final String OWN_TOKEN = "ab".repeat(28);

  private int pushes;

  @Test
  void answers(@TempDir Path folder) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        LocalApns apns = fixture.server().maxStreams(100).keepPushes(1).start();
        var log = HeardLog.of(LOGS_ANSWERS)) {
      fixture.startWide(apns, Calls.invite(Instant.now(), Calls.LONG), 100);
      Fuzz.of("answers", answers())
          .part(100)
          .run(
              input -> {
                var before = push(fixture, apns, Behaviour.accepts());
                var odd = push(fixture, apns, answer(input));
                var behind = push(fixture, apns, Behaviour.accepts());
                PushReport _ = odd.get(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
                assertThat(outcomes(before, behind)).containsOnly(new PushOutcome.Accepted());
              });
      assertThat(apns.connections().size() - 1.0)
          .isLessThanOrEqualTo(fixture.connectionsReplaced("spoiled"));
      assertThat(log.words()).isNotEmpty().noneMatch(line -> line.contains(OWN_TOKEN));
    }
  }

  private static List<PushOutcome> outcomes(CompletableFuture<?>... pushes) throws Exception {
    List<PushOutcome> outcomes = new ArrayList<>();
    for (CompletableFuture<?> push : pushes) {
      outcomes.add(((PushReport) push.get(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)).outcome());
    }
    return outcomes;
  }

  private CompletableFuture<PushReport> push(
      SenderFixture fixture, LocalApns apns, Behaviour behaviour) {
    var device = Calls.device(Calls.token(++pushes));
    apns.answer(device.token(), behaviour);
    return fixture.push(Calls.push(Calls.invite(Instant.now(), Calls.LONG), device));
  }

  /** Answers that APNs gives, and some without a status, in the form that {@link #answer} reads. */
  private static List<byte[]> answers() {
    return List.of(
            "200\napns-id: 11111111-2222-3333-4444-555555555555\n\n",
            "400\napns-id: 11111111-2222-3333-4444-555555555555\n\n{\"reason\":\"BadTopic\"}",
            "410\n\n{\"reason\":\"Unregistered\",|\"timestamp\":1795500000000}",
            "429\nretry-after: 2\n\n{\"reason\":\"TooManyRequests\"}",
            "503\nretry-after: Mon, 30 Nov 2026 08:00:00 GMT\n\n{\"reason\":\"Shutdown\"}~",
            "200\n\n~",
            "\n\n",
            "-\n\n",
            "100\n\n",
            "99999999999\n\n{}")
        .stream()
        .map(text -> text.getBytes(ISO_8859_1))
        .toList();
  }

  /**
   * The answer that an input stands for: a line with the status, lines with headers, an empty line,
   * and a body whose frames are parted by a bar; behind a tilde there are trailers.
   */
  private static AnswersWith answer(byte[] input) {
    String text = new String(input, ISO_8859_1);
    String[] parts = text.split("\n\n", 2);
    String[] lines = head(parts[0]).split("\n", -1);
    List<AnswersWith.Header> headers = new ArrayList<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      String[] header = line.split(": ", 2);
      String name = header[0].toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "x");
      headers.add(
          new AnswersWith.Header(
              name.isEmpty() ? "x" : name,
              header.length == 2 ? header[1].replaceAll("\\p{Cntrl}", "?") : ""));
    }
    String body = parts.length == 2 ? parts[1] : "";
    boolean trailers = body.endsWith("~");
    String frames = trailers ? body.substring(0, body.length() - 1) : body;
    List<byte[]> data =
        frames.isEmpty()
            ? List.of()
            : Arrays.stream(frames.split("\\|", -1)).map(it -> it.getBytes(ISO_8859_1)).toList();
    Optional<String> status = lines[0].equals("-") ? Optional.empty() : Optional.of(lines[0]);
    return new AnswersWith(status, headers, data, trailers);
  }

  private static String head(String text) {
    return text.length() <= MAX_HEADERS ? text : text.substring(0, MAX_HEADERS);
  }
}
