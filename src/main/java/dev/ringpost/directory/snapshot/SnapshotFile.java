package dev.ringpost.directory.snapshot;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot of one topic on a disk: one file, which is replaced as a whole or not at all, for
 * this user alone. It is written under another name, forced to the disk and then renamed, so that
 * whoever dies, and whenever, leaves the one before. A lock lets one worker write at a time where
 * several share a folder; any of them may read. For one thread of each worker.
 */
public final class SnapshotFile {

  /**
   * Number of the format; raised with every change of what a snapshot consists of. 1 had no key of
   * a device to seal to, 2 no registrations for alerts: a worker that did not know their keys
   * passed them over. 3 had larger chunks.
   */
  static final short FORMAT = 5;

  /** Bytes that are read from the disk, or written to it, at once. */
  private static final int BUFFER = 1 << 18;

  private static final Set<PosixFilePermission> FOR_ME_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(FOR_ME_ALONE);
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final Path file;
  private final Path part;
  private final Path lock;

  /**
   * A file that need not exist.
   *
   * @param folder likewise
   */
  public SnapshotFile(Path folder, String topic) {
    this.folder = folder;
    this.file = folder.resolve(topic + ".snap");
    this.part = folder.resolve(topic + ".part");
    this.lock = folder.resolve(topic + ".lock");
  }

  /** The content of a snapshot behind its header. */
  public interface Body {

    /** Writes it; what it throws leaves the file that was there. */
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** A snapshot that is being read. */
  public static final class Opened implements AutoCloseable {

    private final DataInputStream in;
    private final SnapshotHeader header;
    private final long bytes;

    private Opened(DataInputStream in, SnapshotHeader header, long bytes) {
      this.in = in;
      this.header = header;
      this.bytes = bytes;
    }

    /** The size of the file. */
    public long bytes() {
      return bytes;
    }

    public SnapshotHeader header() {
      return header;
    }

    /** What a {@link Body} has written; an {@link IOException} of it means damage. */
    public DataInputStream body() {
      return in;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * Replaces the file, and returns its size in bytes; empty if another worker is writing it now.
   *
   * @param random gives the file its salt
   */
  public OptionalLong write(SnapshotKey key, SecureRandom random, SnapshotHeader header, Body body)
      throws IOException {
    requireFolder();
    try (FileChannel locked = FileChannel.open(lock, Set.of(CREATE, WRITE), FILE_MODE);
        FileLock held = tryLock(locked)) {
      if (held == null) {
        return OptionalLong.empty();
      }
      long bytes;
      try {
        Files.deleteIfExists(part); // of one who died while writing
        bytes = writePart(FileHead.of(key, random), header, body);
        Files.move(part, file, ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      force(folder);
      return OptionalLong.of(bytes);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // another worker of this JVM
    }
  }

  private long writePart(FileHead head, SnapshotHeader header, Body body) throws IOException {
    try (FileChannel channel = FileChannel.open(part, Set.of(CREATE_NEW, WRITE), FILE_MODE)) {
      OutputStream clear = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      clear.write(head.bytes());
      var sealed = new SealedOutput(clear, head.key(), head.bytes());
      var out = new DataOutputStream(sealed);
      header.write(out);
      body.writeTo(out);
      out.flush();
      sealed.finish();
      clear.flush();
      channel.force(true);
      return channel.size();
    }
  }

  /** A folder that others may read is closed to them, or refused. */
  private void requireFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, FOLDER_MODE);
    }
    if (!Files.getPosixFilePermissions(folder).equals(FOR_ME_ALONE)) {
      Files.setPosixFilePermissions(folder, FOR_ME_ALONE);
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  /**
   * Opens the file. Its header is proven to be what was written; its body is as it is read.
   *
   * @throws SnapshotRefusedException if it is missing, or cannot be used by what its beginning says
   */
  public Opened open(SnapshotKey key) throws SnapshotRefusedException {
    try {
      return opened(key);
    } catch (SnapshotRefusedException e) {
      throw e;
    } catch (NoSuchFileException _) {
      throw new SnapshotRefusedException(SnapshotReason.NONE, "there is none yet");
    } catch (IOException e) {
      throw new SnapshotRefusedException(SnapshotReason.UNREADABLE, e.toString());
    }
  }

  private Opened opened(SnapshotKey key) throws IOException {
    FileChannel channel = FileChannel.open(file, READ);
    try {
      var in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
      FileHead head = FileHead.read(in, key);
      long bytes = channel.size();
      long left = bytes - head.bytes().length;
      var opened = new DataInputStream(new SealedInput(in, left, head.key(), head.bytes()));
      return new Opened(opened, SnapshotHeader.read(opened), bytes);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
