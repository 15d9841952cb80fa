package dev.ringpost.events;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The push parameters of a SIP contact (RFC 8599), as a registrar finds them in a REGISTER: the
 * provider, the team and topic, and the token. Understood as well is what Flexisip made of them for
 * phones that have a second token for other pushes: a list of services behind the bundle id ({@code
 * TEAM.com.example.phone.remote&voip}), a service behind each token ({@code tok:remote&tok:voip}),
 * and {@code apns.dev} for the sandbox; and the parameters that Linphone had before the RFC, {@code
 * pn-type}, {@code app-id} and {@code pn-tok}. Of these the VoIP service and its token are taken.
 * Without a list {@code pn-param} names Apple's topic, which is a VoIP one only if it ends with
 * {@code .voip}.
 */
record PushContact(VoipToken token, BundleId app, Environment environment) {

  static final String PROVIDER = "pn-provider";
  static final String PARAM = "pn-param";
  static final String PRID = "pn-prid";

  /** The names from before the RFC. */
  static final String TYPE = "pn-type";

  static final String APP = "app-id";
  static final String TOK = "pn-tok";

  private static final String VOIP = "voip";
  private static final String VOIP_MARK = ":" + VOIP;

  /** Bound on {@code pn-param}, in characters: a pattern's recursion must not meet its like. */
  private static final int MAX_PARAM_LENGTH = 512;

  /** Team, bundle id, services. */
  private static final Pattern TOPIC =
      Pattern.compile(
          "([^.]+)\\.(.+)\\.((?:voip|remote)(?:&(?:voip|remote))*)", Pattern.CASE_INSENSITIVE);

  /** Bundle id, service, environment. */
  private static final Pattern OLD_APP =
      Pattern.compile("(.+)\\.voip(?:\\.(prod|dev))?", Pattern.CASE_INSENSITIVE);

  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})?");

  /** Whether a value is a contact, and no registration of Ringpost's own. */
  static boolean isOne(TextFields fields) {
    return fields.has(PROVIDER) || fields.has(TYPE);
  }

  static PushContact read(TextFields fields) throws UnusableRecordException {
    return fields.has(PROVIDER) ? ofTheRfc(fields) : older(fields);
  }

  private static PushContact ofTheRfc(TextFields fields) throws UnusableRecordException {
    Environment environment = environment(parameter(fields, PROVIDER));
    Matcher topic = TOPIC.matcher(bounded(fields, PARAM));
    if (!topic.matches()) {
      throw noVoip(PARAM + " names no VoIP service: it must be TEAM.<bundle id>.voip");
    }
    List<String> services = Arrays.asList(topic.group(3).toLowerCase(Locale.ROOT).split("&"));
    if (!services.contains(VOIP)) {
      throw noVoip(PARAM + " names the service remote only: it must be TEAM.<bundle id>.voip");
    }
    String token = voipToken(parameter(fields, PRID), services);
    return new PushContact(
        TextFields.value(PRID, token, VoipToken::parse), app(PARAM, topic.group(2)), environment);
  }

  private static PushContact older(TextFields fields) throws UnusableRecordException {
    if (!parameter(fields, TYPE).equalsIgnoreCase("apple")) {
      throw new UnusableRecordException(UnusableReason.OTHER_PROVIDER, TYPE + " is not apple");
    }
    Matcher app = OLD_APP.matcher(bounded(fields, APP));
    if (!app.matches()) {
      throw noVoip(APP + " names no VoIP service: it must be <bundle id>.voip.prod or .voip.dev");
    }
    Environment environment =
        "dev".equalsIgnoreCase(app.group(2)) ? Environment.SANDBOX : Environment.PRODUCTION;
    return new PushContact(
        TextFields.value(TOK, parameter(fields, TOK), VoipToken::parse),
        app(APP, app.group(1)),
        environment);
  }

  private static BundleId app(String name, String text) throws UnusableRecordException {
    return TextFields.value("the bundle id in " + name, text, BundleId::new);
  }

  private static Environment environment(String provider) throws UnusableRecordException {
    return switch (provider.toLowerCase(Locale.ROOT)) {
      case "apns" -> Environment.PRODUCTION;
      case "apns.dev" -> Environment.SANDBOX;
      default ->
          throw new UnusableRecordException(
              UnusableReason.OTHER_PROVIDER, PROVIDER + " is neither apns nor apns.dev");
    };
  }

  /**
   * The one token that is marked for VoIP, or the one token there is if VoIP is the one service.
   */
  private static String voipToken(String prid, List<String> services)
      throws UnusableRecordException {
    List<String> tokens = Arrays.asList(prid.split("&", -1));
    if (tokens.size() == 1 && services.size() == 1 && prid.indexOf(':') < 0) {
      return prid;
    }
    List<String> marked =
        tokens.stream()
            .filter(token -> token.toLowerCase(Locale.ROOT).endsWith(VOIP_MARK))
            .toList();
    if (marked.isEmpty()) {
      throw noVoip(PRID + " has no token marked :voip");
    }
    if (marked.size() > 1) {
      throw TextFields.invalid(PRID, "must have one token marked :voip");
    }
    String token = marked.getFirst();
    return token.substring(0, token.length() - VOIP_MARK.length());
  }

  private static String bounded(TextFields fields, String name) throws UnusableRecordException {
    String text = parameter(fields, name);
    if (text.length() > MAX_PARAM_LENGTH) {
      throw TextFields.invalid(name, "must have at most " + MAX_PARAM_LENGTH + " characters");
    }
    return text;
  }

  /**
   * A parameter as it is meant. One of a URI may escape any character by {@code %} and two digits,
   * and is then the same (RFC 3261, 19.1.4); one of a header may stand in quotes.
   */
  private static String parameter(TextFields fields, String name) throws UnusableRecordException {
    String text = fields.require(name).strip();
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    if (text.indexOf('%') < 0) {
      return text;
    }
    Matcher escape = ESCAPE.matcher(text);
    var plain = new StringBuilder();
    while (escape.find()) {
      String digits = escape.group(1);
      if (digits == null) {
        throw TextFields.invalid(name, "must have two hex digits behind each %");
      }
      String character = Character.toString(Integer.parseInt(digits, 16));
      escape.appendReplacement(plain, Matcher.quoteReplacement(character));
    }
    return escape.appendTail(plain).toString();
  }

  private static UnusableRecordException noVoip(String detail) {
    return new UnusableRecordException(UnusableReason.NO_VOIP, detail);
  }
}
