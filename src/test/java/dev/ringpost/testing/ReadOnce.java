package dev.ringpost.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that can be read once: a pipe stands in its place, and is gone as soon as it has been
 * opened. Whoever reads it again finds no file. Needs a POSIX system's {@code mkfifo}.
 */
public final class ReadOnce implements AutoCloseable {

  private final Path file;
  private final Thread writer;

  private ReadOnce(Path file, byte[] content) {
    this.file = file;
    this.writer = Thread.ofPlatform().daemon().name("read once").start(() -> serve(content));
  }

  /** Replaces a file. */
  public static ReadOnce of(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      int code = new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("mkfifo ends with " + code);
      }
      return new ReadOnce(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve(byte[] content) {
    // opening waits for a reader
    try (OutputStream out = Files.newOutputStream(file)) {
      Files.delete(file);
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether somebody has read it. */
  public boolean isRead() {
    return Files.notExists(file);
  }

  /** Ends the wait for a reader. */
  @Override
  public void close() {
    try {
      if (!isRead()) {
        byte[] _ = Files.readAllBytes(file);
      }
      writer.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
