package dev.ringpost.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.telemetry.MeterName;
import dev.ringpost.testing.PrometheusNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts name only what exists, and say what an operator should do. */
class DashboardsTest {

  private static final Pattern OURS = Pattern.compile("\\bringpost(_|:)[a-z0-9_:]+");

  private static final Pattern SELECTOR = Pattern.compile("\\b(ringpost_[a-z_]+)\\{([^}]*)}");
  private static final Pattern ANY_SELECTOR = Pattern.compile("\\b([a-z_]+)\\{([^}]*)}");

  private static final Pattern READ_BY_ALL =
      Pattern.compile("ringpost_(signals_total|view_skipped_total|view_entries|view_lag)\\b");

  private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=|!=|=~|!~)\"");

  /** How the runbook names a panel. */
  private static final Pattern PANEL = Pattern.compile("(?<!\\*)\\*([A-Z][^*\n]*\\?)\\*(?!\\*)");

  /** Labels that Prometheus adds, and that of a bucket. */
  private static final Set<String> OF_THE_TARGET = Set.of("job", "instance", "namespace", "le");

  /** Meters of events so rare that an alert or the log is where to look. */
  private static final Set<String> NOT_SHOWN =
      Set.of(
          "ringpost_apns_goaways_total",
          "ringpost_invites_custom_dropped_total",
          "ringpost_invites_fields_odd_total",
          "ringpost_invites_given_up_total",
          "ringpost_invites_without_time_total",
          "ringpost_log_lines_dropped_total",
          "ringpost_records_removed_unread_total",
          "ringpost_signals_forgotten_total");

  /** A shadow runs for a trial, beside no chart; its log tells the sums. */
  private static final String OF_A_SHADOW = "ringpost_shadow_";

  @Test
  void everyMetricThatIsNamedExists() {
    Set<String> known = new HashSet<>(PrometheusNames.series());
    Rules.all().stream()
        .filter(rule -> rule.has("record"))
        .forEach(rule -> known.add(rule.get("record").asText()));

    assertThat(known).containsAll(named());
  }

  @Test
  void everyLabelThatIsAskedForIsATagOfItsMeter() {
    for (String expression : expressions()) {
      Matcher selector = SELECTOR.matcher(expression);
      while (selector.find()) {
        Set<String> labels = new TreeSet<>();
        Matcher label = LABEL.matcher(selector.group(2));
        while (label.find()) {
          labels.add(label.group(1));
        }
        labels.removeAll(OF_THE_TARGET);
        assertThat(tags(selector.group(1))).as(expression).containsAll(labels);
      }
    }
  }

  private static Set<String> tags(String series) {
    String meter = withoutEnding(series);
    return MeterName.all().stream()
        .filter(name -> PrometheusNames.of(name).equals(meter))
        .map(name -> Set.copyOf(name.tags()))
        .findFirst()
        .orElse(Set.of());
  }

  @Test
  void everyMeterIsShownOrWatched() {
    Set<String> meters =
        PrometheusNames.series().stream()
            .map(DashboardsTest::withoutEnding)
            .collect(Collectors.toCollection(TreeSet::new));
    named().forEach(name -> meters.remove(withoutEnding(name)));
    meters.removeAll(NOT_SHOWN);
    meters.removeIf(meter -> meter.startsWith(OF_A_SHADOW));

    assertThat(meters).isEmpty();
  }

  private static String withoutEnding(String series) {
    return series.replaceFirst("_seconds_(bucket|count|sum|max)$", "_seconds");
  }

  private static List<String> expressions() {
    return Stream.concat(
            Dashboards.queries().stream().map(Dashboards.Query::expression),
            Rules.all().stream().map(rule -> rule.get("expr").asText()))
        .toList();
  }

  private static Set<String> named() {
    Set<String> names = new TreeSet<>();
    expressions()
        .forEach(
            expression -> {
              Matcher name = OURS.matcher(expression.replaceAll("\"[^\"]*\"", ""));
              while (name.find()) {
                names.add(name.group());
              }
            });
    return names;
  }

  @Test
  void everyPanelAsksAQuestionHasAUnitAndSaysWhatToDo() {
    for (JsonNode dashboard : Dashboards.all()) {
      List<String> titles = new ArrayList<>();
      List<Integer> ids = new ArrayList<>();
      for (JsonNode panel : dashboard.get("panels")) {
        String title = panel.get("title").asText();
        titles.add(title);
        ids.add(panel.get("id").asInt());
        assertThat(title).contains("?");
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
        assertThat(panel.get("description").asText()).as(title).hasSizeGreaterThan(40);
      }
      assertThat(titles).doesNotHaveDuplicates();
      assertThat(ids).doesNotHaveDuplicates();
    }
  }

  @Test
  void noDashboardIsTiedToOneGrafana() {
    assertThat(Dashboards.all()).hasSize(4);
    for (JsonNode dashboard : Dashboards.all()) {
      assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
      assertThat(dashboard.has("id")).isFalse();
      assertThat(dashboard.findValuesAsText("uid"))
          .allMatch(uid -> uid.equals("${datasource}") || uid.startsWith("ringpost-"));
      assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
          .startsWith("datasource", "namespace", "job");
    }
  }

  /** So that two releases, in one namespace or in two, can be looked at apart; and two apps. */
  @Test
  void everySelectorOfEveryPanelFollowsTheVariables() {
    for (Dashboards.Query query : Dashboards.queries()) {
      Matcher selector = ANY_SELECTOR.matcher(query.expression());
      int selectors = 0;
      while (selector.find()) {
        selectors++;
        assertThat(selector.group(2))
            .as(query.toString())
            .contains("namespace=~\"$namespace\"", "job=~\"$job\"");
        if (query.panel().startsWith("Ringpost / Apple")
            && tags(selector.group(1)).contains("app")) {
          assertThat(selector.group(2)).as(query.toString()).contains("app=~\"$app\"");
        }
      }
      assertThat(selectors).as(query.toString()).isPositive();
    }
  }

  /** Every worker reads these topics whole: a sum over workers would count each record twice. */
  @Test
  void whatEveryWorkerReadsIsNotCountedOncePerWorker() {
    for (Dashboards.Query query : Dashboards.queries()) {
      if (READ_BY_ALL.matcher(query.expression()).find()) {
        assertThat(query.expression())
            .as(query.toString())
            .containsPattern("max(_over_time)? ?(by \\([^)]*\\) )?\\(");
      }
    }
  }

  /** "No data" looks like a fault; each panel says what nothing means. */
  @Test
  void everyPanelSaysWhatNothingMeans() {
    for (JsonNode dashboard : Dashboards.all()) {
      for (JsonNode panel : dashboard.get("panels")) {
        assertThat(panel.at("/fieldConfig/defaults/noValue").asText())
            .as(panel.get("title").asText())
            .isNotEmpty();
      }
    }
  }

  @Test
  void everyPanelThatTheRunbookNamesExists() throws Exception {
    Set<String> titles = new HashSet<>();
    Dashboards.all().forEach(dashboard -> titles.addAll(dashboard.findValuesAsText("title")));
    List<String> named =
        PANEL
            .matcher(Files.readString(Path.of("docs", "runbook.md")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(named).isNotEmpty();
    assertThat(titles).containsAll(named);
  }

  @Test
  void everyAlertLeadsToItsSectionOfTheRunbook() throws Exception {
    String runbook = Files.readString(Path.of("docs", "runbook.md"));

    assertThat(Rules.alerts()).isNotEmpty();
    for (JsonNode rule : Rules.alerts()) {
      String alert = rule.get("alert").asText();
      assertThat(rule.at("/annotations/runbook_url").asText())
          .endsWith("/runbook#" + alert.toLowerCase(Locale.ROOT));
      assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
      assertThat(rule.at("/annotations/description").asText()).isNotEmpty();
      assertThat(rule.at("/labels/severity").asText()).isIn("page", "ticket");
      assertThat(runbook).contains("\n### " + alert + "\n");
      String section = runbook.split("\n### " + alert + "\n", -1)[1].split("\n### ", -1)[0];
      assertThat(section).as(alert).containsPattern("\\*\\*Do[^*]*:\\*\\*|\\bAs \\[Ringpost");
    }
  }
}
