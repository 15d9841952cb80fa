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
 * and {@code apns.dev} for the sandbox. Of these the VoIP service and its token are taken. Without
 * a list {@code pn-param} names Apple's topic, which is a VoIP one only if it ends with {@code
 * .voip}.
 */
record PushContact(VoipToken token, BundleId app, Environment environment) {

  static final String PROVIDER = "pn-provider";
  static final String PARAM = "pn-param";
  static final String PRID = "pn-prid";

  private static final String VOIP = "voip";

  /** Bound on {@code pn-param}, in characters: a pattern's recursion must not meet its like. */
  private static final int MAX_PARAM_LENGTH = 512;

  /** Team, bundle id, services. */
  private static final Pattern TOPIC =
      Pattern.compile("([^.]+)\\.(.+)\\.((?:voip|remote)(?:&(?:voip|remote))*)");

  static PushContact read(TextFields fields) throws UnusableRecordException {
    Environment environment = environment(fields.require(PROVIDER));
    String param = fields.require(PARAM);
    if (param.length() > MAX_PARAM_LENGTH) {
      throw TextFields.invalid(PARAM, "must have at most " + MAX_PARAM_LENGTH + " characters");
    }
    Matcher topic = TOPIC.matcher(param);
    if (!topic.matches()) {
      throw new UnusableRecordException(
          UnusableReason.NO_VOIP,
          PARAM + " names no VoIP service: it must be TEAM.<bundle id>.voip");
    }
    List<String> services = Arrays.asList(topic.group(3).split("&"));
    if (!services.contains(VOIP)) {
      throw new UnusableRecordException(UnusableReason.NO_VOIP, PARAM + " names no VoIP service");
    }
    String token = voipToken(fields.require(PRID), services);
    try {
      return new PushContact(VoipToken.parse(token), new BundleId(topic.group(2)), environment);
    } catch (IllegalArgumentException e) {
      throw TextFields.invalid(PARAM + " or " + PRID, "cannot be used: " + e.getMessage());
    }
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
    List<String> marked = tokens.stream().filter(token -> token.endsWith(":" + VOIP)).toList();
    if (marked.isEmpty()) {
      throw new UnusableRecordException(
          UnusableReason.NO_VOIP, PRID + " has no token marked :voip");
    }
    if (marked.size() > 1) {
      throw TextFields.invalid(PRID, "must have one token marked :voip");
    }
    String token = marked.getFirst();
    return token.substring(0, token.length() - VOIP.length() - 1);
  }
}
