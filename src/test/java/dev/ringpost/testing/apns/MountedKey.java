package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A key's secret as Kubernetes mounts it: files that are links into a folder that is a link, which
 * is exchanged at once. For one thread.
 */
public final class MountedKey {

  private final Path mount;

  private int versions;

  /**
   * Nothing is mounted yet.
   *
   * @param folder gets a folder {@code mount}; it is the caller's to remove
   */
  public MountedKey(Path folder) {
    this.mount = folder.resolve("mount");
  }

  /** Mounts this key, in place of the one before. */
  public void put(SigningKey key) {
    try {
      put(Files.readString(key.file(), US_ASCII), key.keyId());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mounts what may be no key. */
  public void put(String key, String keyId) {
    try {
      Path version = Files.createDirectories(mount.resolve("..version-" + ++versions));
      Files.writeString(version.resolve("key.p8"), key, US_ASCII);
      Files.writeString(version.resolve("key-id"), keyId + "\n", US_ASCII);
      Path link = mount.resolve("..data_tmp");
      Files.createSymbolicLink(link, version.getFileName());
      Files.move(
          link,
          mount.resolve("..data"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      for (Path file : List.of(keyFile(), keyIdFile())) {
        if (Files.notExists(file)) {
          Files.createSymbolicLink(file, Path.of("..data").resolve(file.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code .p8} file. */
  public Path keyFile() {
    return mount.resolve("key.p8");
  }

  /** The file that holds the key's id. */
  public Path keyIdFile() {
    return mount.resolve("key-id");
  }
}
