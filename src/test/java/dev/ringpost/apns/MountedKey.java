package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringpost.apns.CredentialSettings.KeyId;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A key's secret as Kubernetes mounts it: files that are links into a folder that is a link. */
final class MountedKey {

  private final Path folder;

  private int versions;

  MountedKey(Path folder) {
    this.folder = folder;
  }

  void put(SigningKey key, String keyId) throws Exception {
    put(Files.readString(key.file()), keyId);
  }

  void put(String key, String keyId) throws Exception {
    Path version = Files.createDirectories(folder.resolve("mount/..version-" + ++versions));
    Files.writeString(version.resolve("key.p8"), key, US_ASCII);
    Files.writeString(version.resolve("key-id"), keyId + "\n", US_ASCII);
    Path link = folder.resolve("mount/..data_tmp");
    Files.createSymbolicLink(link, version.getFileName());
    Files.move(
        link,
        folder.resolve("mount/..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    for (String name : List.of("key.p8", "key-id")) {
      Path file = folder.resolve("mount").resolve(name);
      if (Files.notExists(file)) {
        Files.createSymbolicLink(file, Path.of("..data", name));
      }
    }
  }

  CredentialSettings settings() {
    return new CredentialSettings.SigningKey(
        folder.resolve("mount/key.p8"),
        new KeyId.InFile(folder.resolve("mount/key-id")),
        Rig.TEAM_ID);
  }
}
