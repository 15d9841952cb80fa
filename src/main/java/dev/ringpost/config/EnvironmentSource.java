package dev.ringpost.config;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The source of values from the {@code RINGPOST_…} variables of the environment, which override the
 * file. Names come from {@link Schema}, so that a mistyped one is found.
 */
final class EnvironmentSource {

  static final String PREFIX = "RINGPOST_";

  /** Read before any configuration, and no part of it: the folder of further jars. */
  private static final String EXTRA_JARS = "RINGPOST_EXTRA_JARS";

  /** Variables stand behind all lines in the order of problems. */
  private static final int FIRST_ORDER = 1_000_000_000;

  /**
   * What Kubernetes sets in every pod beside a Service whose name begins with {@code ringpost}; see
   * "Accessing the Service, environment variables" in its documentation. One named {@code
   * ringpost-admin} would otherwise be taken for {@code admin.port}.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "RINGPOST_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private EnvironmentSource() {}

  /** Sets what the variables say over what the file said. */
  static void read(
      Map<String, String> environment, Schema schema, RawValues settings, Problems problems) {
    int order = FIRST_ORDER;
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith(PREFIX)
          || name.equals(EXTRA_JARS)
          || isServiceLink(name, variable.getValue())) {
        continue;
      }
      order++;
      Optional<String> path = schema.pathOf(name);
      if (path.isPresent()) {
        settings.replace(path.get(), new RawValues.Value(variable.getValue(), name, order));
      } else {
        problems.add(
            Problem.of(Finding.failed(name, "unknown variable", schema.nearestVariable(name))),
            order);
      }
    }
  }

  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_URL.matcher(value).matches());
  }
}
