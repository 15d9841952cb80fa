package dev.ringpost.apns.credentials;

import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Apps that share a credential.
 *
 * @param bundleIds the apps, at least one
 * @param environments where the credential is good, at least one
 * @param credential who Ringpost is
 * @param payload what their phones get
 */
public record AppSettings(
    List<BundleId> bundleIds,
    Set<Environment> environments,
    CredentialSettings credential,
    PayloadSettings payload) {

  public AppSettings {
    List<Finding> problems = new ArrayList<>();
    if (bundleIds.isEmpty()) {
      problems.add(
          InvalidSettingsException.wrong("apps[].bundle-ids", "must name at least one bundle id"));
    }
    if (environments.isEmpty()) {
      problems.add(
          InvalidSettingsException.wrong(
              "apps[].environments", "must name production, sandbox or both"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    bundleIds = List.copyOf(bundleIds);
    environments = Set.copyOf(EnumSet.copyOf(environments));
  }

  /** The apps, as one word for meters. */
  public String names() {
    return bundleIds.stream().map(BundleId::value).collect(Collectors.joining(","));
  }
}
