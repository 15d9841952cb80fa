package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import dev.ringpost.tools.apple.LocalDataExport.Door;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client of Apple's data export, against the stand-in. */
@Timeout(30)
class DataExportTest {

  private static final String TEAM = "TEAM123456";
  private static final BundleId APP = new BundleId("com.example.phone");
  private static final String TOKEN = "0123456789abcdef-s3cret";
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Days WEEK = Days.before(NOW, 7);
  private static final String CSV =
      """
      Push Type,Status,Date (UTC),Count
      voip,delivered,2026-11-29,1200
      "alert","stored, offline",2026-11-29,7
      """;

  private final LocalDataExport apple =
      LocalDataExport.start(TEAM, LocalDate.of(2026, 11, 30)).app(APP.value(), TOKEN, CSV);

  private final AtomicLong nanos = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void stop() {
    apple.close();
  }

  @Test
  void anExportIsAskedForAwaitedAndFetched() throws Exception {
    apple.processing(3);

    assertThat(rows(TOKEN))
        .containsExactly(
            new MetricsRow("voip", "delivered", "2026-11-29", 1200),
            new MetricsRow("alert", "stored, offline", "2026-11-29", 7));

    assertThat(pauses)
        .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));
    assertThat(apple.seen().getFirst())
        .isEqualTo(
            "POST /v1/dataExports/apns/teams/TEAM123456/appId/com.example.phone"
                + "/datasetName/deliverymetrics/request");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 30})
  void anyNumberOfDaysThatIsOfferedIsOneThatAppleTakes(int days) throws Exception {
    assertThat(rows(TOKEN, Days.before(NOW, days))).hasSize(2);
  }

  @Test
  void aTokenThatAppleRefusesIsNamedAndNotShown() {
    FailedExportException refused = refused("another-token-9876");

    assertThat(refused.isTokenRefused()).isTrue();
    assertThat(refused.words()).contains("401", "invalid token").doesNotContain("9876");
    assertThat(apple.seen()).hasSize(1);
  }

  @Test
  void anAnswerThatShowsTheTokenIsNotRepeated() {
    apple.trouble(Door.REQUEST, 1, 400, "what is " + TOKEN + "?");

    FailedExportException refused = refused(TOKEN);

    assertThat(refused.isTokenRefused()).isFalse();
    assertThat(refused.words()).contains("400").doesNotContain(TOKEN);
  }

  @Test
  void whereTheStatusIsNotFoundTheTokenIsRefused() {
    apple.trouble(Door.STATUS, 1, 404, "");

    assertThat(refused(TOKEN).isTokenRefused()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void troubleOnApplesSideIsAskedAgain(Door door) throws Exception {
    apple.trouble(door, 2, 429, "").trouble(door, 2, 503, "");

    assertThat(rows(TOKEN)).hasSize(2);
    assertThat(pauses).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void troubleThatStaysIsToldAfterFiveTries(Door door) {
    apple.trouble(door, 9, 500, "");

    assertThat(refused(TOKEN).words()).contains("status 500, 5 times");
    assertThat(pauses).hasSize(4);
  }

  @Test
  void anExportThatIsNotMadeInTimeIsLeft() {
    apple.processing(1000);

    assertThat(refused(TOKEN).words()).contains("had not made the export after 60 s");
    assertThat(pauses.stream().mapToLong(Duration::toSeconds).sum()).isLessThanOrEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REQUEST | no JSON                                          | Apple's answer to the request is no JSON object
          REQUEST | []                                               | Apple's answer to the request is no JSON object
          REQUEST | {}                                               | Apple's answer names no address of HTTPS as its statusUrl
          REQUEST | {"statusUrl": "http://example.com/s"}            | Apple's answer names no address of HTTPS as its statusUrl
          REQUEST | {"statusUrl": "https:/s"}                        | Apple's answer names no address of HTTPS as its statusUrl
          REQUEST | {"statusUrl": "file:///etc/passwd"}              | Apple's answer names no address of HTTPS as its statusUrl
          STATUS  | {"status": "FAILED"}                             | Apple says that the export failed
          STATUS  | {"status": "EXPIRED"}                            | Apple says that the export expired
          STATUS  | {"status": "NEW"}                                | Apple's status of the export is none that it documents
          STATUS  | {"status": "SUCCESS"}                            | Apple's answer names no address of HTTPS as its dataUrl
          FILE    | <html>                                           | Apple's file is not as documented: it has no column Push Type
          """)
  void anAnswerThatIsNotAsDocumentedIsTold(Door door, String body, String words) {
    apple.trouble(door, 1, 200, body);

    FailedExportException refused = refused(TOKEN);

    assertThat(refused.words()).isEqualTo(words);
    assertThat(refused.isTokenRefused()).isFalse();
  }

  /** The token would go where the answer points. */
  @Test
  void noRedirectIsFollowed() {
    apple.trouble(Door.REQUEST, 1, 307, "");

    assertThat(refused(TOKEN).words()).contains("status 307");
    assertThat(apple.seen()).hasSize(1);
  }

  @Test
  void theOtherSpellingOfTheFilesAddressIsReadToo() throws Exception {
    apple.trouble(
        Door.STATUS,
        1,
        200,
        "{\"status\": \"SUCCESS\", \"downloadDetails\": {\"dataURL\": \""
            + apple.url()
            + "/no\"}}");

    // the stand-in answers there as to a request without a name
    assertThat(refused(TOKEN).words()).isEqualTo("Apple's file has status 400");
  }

  @Test
  void whereNobodyListensItIsSaid() {
    apple.close();

    assertThat(refused(TOKEN).words())
        .isEqualTo("Apple's answer to the request did not come: ConnectException, 5 times");
  }

  private FailedExportException refused(String token) {
    return catchThrowableOfType(FailedExportException.class, () -> rows(token));
  }

  private List<MetricsRow> rows(String token) throws FailedExportException {
    return rows(token, WEEK);
  }

  private List<MetricsRow> rows(String token, Days days) throws FailedExportException {
    var patience =
        new Patience(
            Duration.ofSeconds(60),
            nanos::get,
            pause -> {
              pauses.add(pause);
              nanos.addAndGet(pause.toNanos());
            });
    try (var export = new DataExport(URI.create(apple.url()), patience)) {
      return export.of(TEAM, APP, new Secret(token), days);
    }
  }
}
