package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in the pages and some others, judged by the schemas and by the code. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventExamplesTest {

  private static final Pattern BLOCK = Pattern.compile("(?m)^ *```json\n");

  /** A block of JSON behind the comment that says whose example it is. */
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?s)<!-- example of ([\\w-]+\\.json)(, shortened)? -->\n```json\n(.*?)\n```\n");

  private final InviteDecoder invites =
      new InviteDecoder(
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
          InviteListener.UNHEARD);

  /**
   * An example in a page.
   *
   * @param schema the file of its schema
   * @param shortened whether required fields may be missing
   */
  private record Example(String schema, boolean shortened, String json) {

    static List<Example> of(DocPage page) {
      return EXAMPLE
          .matcher(page.text())
          .results()
          .map(found -> new Example(found.group(1), found.group(2) != null, found.group(3)))
          .toList();
    }
  }

  @Test
  void everyExampleInThePagesKeepsItsSchema() throws IOException {
    List<String> schemas = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      List<Example> examples = Example.of(page);
      assertThat(examples)
          .as("blocks of JSON in " + page.path() + " that name their schema")
          .hasSize((int) BLOCK.matcher(page.text()).results().count());
      for (Example example : examples) {
        EventSchema schema = EventSchema.of(example.schema()).closed();
        assertThat((example.shortened() ? schema.shortened() : schema).flaws(example.json()))
            .as(page.path() + ": " + example.json())
            .isEmpty();
        if (!example.shortened()) {
          schemas.add(example.schema());
        }
      }
    }
    assertThat(schemas)
        .contains(
            "invite.json",
            "token.json",
            "invalidation.json",
            "device-health.json",
            "signal.json",
            "push.json",
            "alert.json",
            "result.json");
  }

  @Test
  void everyExampleOfWhatIsReadIsUnderstood() throws IOException {
    for (DocPage page : DocPage.all()) {
      for (Example example : Example.of(page)) {
        switch (example.schema()) {
          case "invite.json",
              "token.json",
              "signal.json",
              "invalidation.json",
              "device-health.json",
              "cloud-event.json" ->
              assertThat(isUsable(example.schema(), example.json())).as(example.json()).isTrue();
          default -> assertThat(EventSchema.files()).contains(example.schema());
        }
      }
    }
  }

  @Test
  void everyValueThatASentenceOfTheEventsPageShowsKeepsASchema() throws IOException {
    List<String> shown =
        DocPage.of(Path.of("docs", "events.md")).quoted().stream()
            .filter(quoted -> quoted.startsWith("{\"") && quoted.endsWith("}"))
            .toList();

    assertThat(shown).isNotEmpty();
    for (String value : shown) {
      assertThat(EventSchema.files())
          .as(value)
          .anyMatch(file -> EventSchema.of(file).closed().flaws(value).isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'sip:b'}}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'sip:b','name':''},'media':'video'}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'sip:b'},'ringSeconds':0.5}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'sip:b'},'excludeDevices':[]}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'sip:b'},'custom':{'a':[1]},'x':1}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'expiresAt':'2026-11-24T10:00:40+01:00'}",
        "token.json|{'token':'<00FF"
            + " 11>','environment':'sandbox','bundleId':'b','registeredAt':1795500000}",
        "token.json|{'token':'00','environment':'production','bundleId':'b','removed':false}",
        "token.json|{'removed':true}",
        "token.json|{'pn-provider':'apns.dev','pn-param':'T.com.example.voip&remote','pn-prid':'00:voip&11:remote'}",
        "token.json|{'pn-type':'apple','app-id':'com.example.voip.dev','pn-tok':'00'}",
        "signal.json|{'callId':'c','type':'ended','at':'2026-11-24T09:00:00Z'}",
        "signal.json|{'callId':'c','type':'ringing','deviceId':'d','at':1795500000000}",
        "invalidation.json|{'removed':true}",
        "cloud-event.json|{'specversion':'1.0','id':'1','source':'/x','type':'t','subject':null,'data':{'callId':'c','type':'ended'}}",
        "cloud-event.json|{'specversion':'1.0','id':'1','source':'/x','type':'t','data_base64':'eyJyZW1vdmVkIjp0cnVlfQ=='}",
      })
  void whatASchemaAllowsIsUnderstood(String file, String value) {
    String json = value.replace('\'', '"');

    assertThat(EventSchema.of(file).flaws(json)).isEmpty();
    assertThat(isUsable(file, json)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "invite.json|{'callId':'c','caller':{'uri':'sip:b'}}",
        "invite.json|{'callId':'','callee':'a','caller':{'uri':'sip:b'}}",
        "invite.json|{'callId':7,'callee':'a','caller':{'uri':'sip:b'}}",
        "invite.json|{'callId':'c','callee':'a','caller':{'name':'Bob'}}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'callUuid':'nonsense'}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'ringSeconds':-3}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'expiresAt':'soon'}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'excludeDevices':[7]}",
        "invite.json|{'callId':'c','callee':'a','caller':{'uri':'x'},'custom':'text'}",
        "token.json|{}",
        "token.json|{'removed':false}",
        "token.json|{'token':'00f','environment':'production','bundleId':'b'}",
        "token.json|{'token':'xy','environment':'production','bundleId':'b'}",
        "token.json|{'token':'00','environment':'prod','bundleId':'b'}",
        "token.json|{'token':'00','environment':'production'}",
        "token.json|{'token':'00','environment':'production','bundleId':'b','registeredAt':-1}",
        "token.json|{'pn-provider':'apns','pn-param':'T.com.example.voip'}",
        "token.json|{'pn-provider':'apns','pn-param':'T.com.example.remote','pn-prid':'00'}",
        "token.json|{'pn-type':'apple','app-id':'com.example.prod','pn-tok':'00'}",
        "token.json|{'pn-type':'apple','app-id':'com.example.voip.dev'}",
        "signal.json|{'callId':'c','type':'ringing'}",
        "signal.json|{'callId':'c','type':'Ended'}",
        "signal.json|{'type':'ended'}",
        "signal.json|{'callId':'c','type':'ended','at':'soon'}",
        "invalidation.json|{'tokenDigest':'0123456789AB','bundleId':'b','environment':'sandbox','invalidAt':'2026-11-24T09:00:00Z'}",
        "invalidation.json|{'tokenDigest':'0123456789ab','bundleId':'b','environment':'sandbox'}",
        "device-health.json|{'tokenDigest':'0123456789ab','bundleId':'b','environment':'sandbox'}",
        "cloud-event.json|{'specversion':'1.0','id':'1','source':'/x','type':'t'}",
        "cloud-event.json|{'specversion':'1.0','id':'1','source':'/x','type':'t','data':'{}'}",
        "cloud-event.json|[]",
      })
  void whatTheCodeRefusesNoSchemaAllows(String file, String value) {
    String json = value.replace('\'', '"');

    assertThat(isUsable(file, json)).isFalse();
    assertThat(EventSchema.of(file).flaws(json)).isNotEmpty();
  }

  private boolean isUsable(String file, String json) {
    byte[] value = json.getBytes(UTF_8);
    return switch (file) {
      case "invite.json" ->
          invites.decode(Samples.envelope(value), Samples.NOW) instanceof Arrival.Invited;
      case "token.json" -> isUsable(value, new TokenCodec());
      case "invalidation.json" -> isUsable(value, new InvalidationCodec());
      case "device-health.json" -> isUsable(value, new DeviceHealthCodec());
      case "signal.json" -> isSignal(value);
      case "cloud-event.json" ->
          Stream.of("invite.json", "token.json", "signal.json")
              .anyMatch(topic -> isUsable(topic, json));
      default -> throw new IllegalArgumentException(file + " is of nothing that is read");
    };
  }

  private static boolean isUsable(byte[] value, ViewRecord.ValueCodec<?> codec) {
    boolean alert = new String(value, UTF_8).contains("\"alert\"");
    String key = alert ? "alice/phone/alert/" : "alice/phone";
    return switch (ViewRecord.read(
        key.getBytes(UTF_8), value, ContentMode.DATA, Samples.NOW, codec)) {
      case ViewRecord.Entry<?> _, ViewRecord.Removed<?> _ -> true;
      case ViewRecord.UnusableValue<?> _, ViewRecord.MalformedKey<?> _ -> false;
    };
  }

  private static boolean isSignal(byte[] value) {
    try {
      return !SignalCodec.decode(value, ContentMode.DATA, Samples.NOW).at().isAfter(Samples.NOW);
    } catch (UnusableRecordException _) {
      return false;
    }
  }
}
