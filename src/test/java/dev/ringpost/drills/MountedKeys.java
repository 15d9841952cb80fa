package dev.ringpost.drills;

import dev.ringpost.call.BundleId;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.MountedKey;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Path;
import java.util.List;

/** Two keys that APNs knows, of which workers have one mounted. */
final class MountedKeys {

  private static final String TEAM = "TEAMTEAM01";

  private final MountedKey mount;
  private final List<SigningKey> known;
  private int mounted;

  MountedKeys(Path folder, LocalCredentials credentials) {
    mount = new MountedKey(folder);
    known =
        List.of(
            credentials.signingKey("KEYKEYKEY1", TEAM), credentials.signingKey("KEYKEYKEY2", TEAM));
    mount.put(known.getFirst());
  }

  /** The keys that APNs knows. */
  List<SigningKey> known() {
    return known;
  }

  /** Mounts the one that is not mounted; returns its id. */
  synchronized String exchange() {
    mounted = (mounted + 1) % known.size();
    mount.put(known.get(mounted));
    return known.get(mounted).keyId();
  }

  /** The app in a worker's configuration. */
  String app(BundleId app) {
    return """
    apps:
      - bundle-ids: [%s]
        key:
          file: %s
          key-id-file: %s
          team-id: %s
    """
        .formatted(app, mount.keyFile(), mount.keyIdFile(), TEAM);
  }
}
