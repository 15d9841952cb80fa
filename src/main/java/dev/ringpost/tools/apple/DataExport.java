package dev.ringpost.tools.apple;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client of Apple's data export of delivery metrics, as "Exporting delivery metrics logs" in
 * Apple's documentation of PushKit describes it: an export is asked for, its status is asked until
 * it is there, and its file is fetched. The token is shown to the first two addresses and not to
 * the third. No redirect is followed. For one thread.
 */
final class DataExport implements AutoCloseable {

  /** Bound on the time to one answer, its body included. */
  static final Duration ANSWER = Duration.ofSeconds(30);

  /** Bound on the tries of one question that gets no answer, or one of trouble on Apple's side. */
  static final int MAX_TRIES = 5;

  private static final String TOKEN = "X-Apple-CloudKit-Management-Token";

  /** How long Apple keeps the file's address open, of the 20 to 60 minutes that may be asked. */
  private static final int FILE_MINUTES = 20;

  /** Bound on the bytes of an answer as it comes. */
  private static final int MAX_BYTES = 16 << 20;

  private static final int MAX_SAID = 300;

  /** A question of the three, and what its answer is called. */
  private enum Step {
    REQUEST("Apple's answer to the request"),
    STATUS("Apple's status of the export"),
    FILE("Apple's file");

    private final String words;

    Step(String words) {
      this.words = words;
    }

    /**
     * Whether a token is refused by a status; Apple documents 401 of the first, 404 of the second.
     */
    private boolean refusesToken(int status) {
      return switch (this) {
        case REQUEST -> status == 401 || status == 403;
        case STATUS -> status == 401 || status == 403 || status == 404;
        case FILE -> false;
      };
    }
  }

  private final URI where;
  private final Patience patience;
  private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /**
   * @param where scheme and host of the export
   */
  DataExport(URI where, Patience patience) {
    this.where = where;
    this.patience = patience;
  }

  /**
   * The rows of an app.
   *
   * @throws FailedExportException if Apple refuses, does not have it in time, or answers otherwise
   *     than documented
   */
  List<MetricsRow> of(String team, BundleId app, Secret token, Days days)
      throws FailedExportException {
    JsonNode asked =
        ExportAnswer.object(
            Step.REQUEST.words, send(Step.REQUEST, request(team, app, token, days), token));
    URI status = ExportAnswer.address(asked.path("statusUrl"), "statusUrl", where);
    URI file = awaited(status, token);
    HttpRequest fetch = HttpRequest.newBuilder(file).header("Accept-Encoding", "gzip").build();
    return MetricsCsv.read(ExportAnswer.text(Step.FILE.words, send(Step.FILE, fetch, token)));
  }

  private HttpRequest request(String team, BundleId app, Secret token, Days days) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("startDate", days.first().toString())
            .put("endDate", days.last().toString())
            .put("dataDownloadUrlExpiresInMinutes", FILE_MINUTES)
            .toString();
    String path =
        "/v1/dataExports/apns/teams/%s/appId/%s/datasetName/deliverymetrics/request"
            .formatted(team, app.value());
    return HttpRequest.newBuilder(where.resolve(path))
        .header("Content-Type", "application/json")
        .header(TOKEN, token.reveal())
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** The address of the file, once Apple has made it. */
  private URI awaited(URI status, Secret token) throws FailedExportException {
    HttpRequest ask = HttpRequest.newBuilder(status).header(TOKEN, token.reveal()).build();
    while (true) {
      JsonNode told = ExportAnswer.object(Step.STATUS.words, send(Step.STATUS, ask, token));
      switch (told.path("status").asText()) {
        case "SUCCESS" -> {
          JsonNode details = told.path("downloadDetails");
          // Apple's text calls it dataURL and its example dataUrl
          JsonNode named = details.path("dataUrl");
          return ExportAnswer.address(
              named.isMissingNode() ? details.path("dataURL") : named, "dataUrl", where);
        }
        case "PROCESSING" -> {
          if (!patience.pause()) {
            throw FailedExportException.of(
                "Apple had not made the export after "
                    + patience.words()
                    + "; within a day the same question goes on with it, so try again later");
          }
        }
        case "FAILED" -> throw FailedExportException.of("Apple says that the export failed");
        case "EXPIRED" -> throw FailedExportException.of("Apple says that the export expired");
        default -> throw FailedExportException.of(Step.STATUS.words + " is none that it documents");
      }
    }
  }

  /** Asks until there is a good answer, as long as trouble is Apple's or the network's. */
  private HttpResponse<byte[]> send(Step step, HttpRequest request, Secret token)
      throws FailedExportException {
    for (int number = 1; true; number++) {
      String trouble;
      try {
        HttpResponse<byte[]> answer = answer(request);
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
          return answer;
        }
        if (status != 429 && status < 500) {
          throw refused(step, answer, token);
        }
        trouble = "has status " + status;
      } catch (TimeoutException _) {
        trouble = "did not come within " + ANSWER.toSeconds() + " s";
      } catch (IOException e) {
        // the words of some name the address, which is a secret of its own
        trouble = "did not come: " + e.getClass().getSimpleName();
      }
      if (number == MAX_TRIES || !patience.pause()) {
        throw FailedExportException.of(
            step.words + " " + trouble + ", " + number + (number == 1 ? " time" : " times"));
      }
    }
  }

  /**
   * The time-out of the request itself would end with the headers of the answer. The client's own
   * future comes by the pool that all of the JVM shares.
   */
  private HttpResponse<byte[]> answer(HttpRequest request)
      throws IOException, TimeoutException, FailedExportException {
    Future<HttpResponse<byte[]>> asked =
        questions.submit(
            () -> http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES)));
    try {
      return asked.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw FailedExportException.of("it was told to stop");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a request failed", e.getCause());
    } finally {
      asked.cancel(true);
    }
  }

  private static FailedExportException refused(
      Step step, HttpResponse<byte[]> answer, Secret token) {
    int status = answer.statusCode();
    String said = PlainAnswer.of(new String(answer.body(), UTF_8), MAX_SAID).strip();
    String words =
        step.words
            + " has status "
            + status
            + (said.isEmpty() || step == Step.FILE || said.contains(token.reveal())
                ? ""
                : ": " + said);
    return step.refusesToken(status)
        ? FailedExportException.ofToken(words + "; that is how it refuses the token")
        : FailedExportException.of(words);
  }

  @Override
  public void close() {
    questions.shutdownNow();
    http.shutdownNow();
  }
}
